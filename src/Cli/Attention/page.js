'use strict';
// Draws each canvas: its weights are 16-bit numbers, base64, row by row; its section has the labels.
const slope = -Math.PI / 3, font = 13, labelGap = 5, widestLabel = 140;
const stops = document.body.dataset.scale.split(' ').map(stop => [1, 3, 5].map(at => parseInt(stop.slice(at, at + 2), 16)));
const tip = document.getElementById('tip');

function colour(weight) {
  const place = weight * (stops.length - 1), below = Math.min(Math.floor(place), stops.length - 2);
  return `rgb(${stops[below].map((from, i) => Math.round(from + (stops[below + 1][i] - from) * (place - below)))})`;
}

function decoded(text) {
  const bytes = new DataView(Uint8Array.from(atob(text), letter => letter.charCodeAt(0)).buffer);
  return Array.from({ length: bytes.byteLength / 2 }, (_, i) => bytes.getUint16(2 * i, true) / 65535);
}

function fitting(context, text) {
  const letters = Array.from(text);
  while (letters.length > 1 && context.measureText(letters.join('')).width > widestLabel) letters.splice(-2, 2, '\u2026');
  return letters.join('');
}

function draw(canvas) {
  const { rows, columns, causal } = JSON.parse(canvas.closest('section').dataset.labels);
  const weights = decoded(canvas.dataset.weights), context = canvas.getContext('2d');
  const cell = Math.max(4, Math.min(18, Math.floor(900 / Math.max(rows.length, columns.length)))), every = Math.ceil(font / cell), side = cell - (cell >= 12 ? 1 : 0);
  const face = `${font}px system-ui, sans-serif`;
  context.font = face;
  const shown = labels => labels.map((label, i) => i % every ? '' : fitting(context, label));
  const [down, across] = [shown(rows), shown(columns)];
  const width = label => context.measureText(label).width;
  const left = Math.ceil(Math.max(...down.map(width)) + labelGap);
  const top = Math.ceil(Math.max(...across.map(width)) * Math.sin(-slope) + font);
  const overhang = Math.max(0, ...across.map((label, i) => width(label) * Math.cos(slope) - (columns.length - i - 1) * cell));
  const [wide, high, ratio] = [Math.ceil(left + columns.length * cell + overhang), top + rows.length * cell, window.devicePixelRatio || 1];
  [canvas.width, canvas.height] = [wide * ratio, high * ratio];
  [canvas.style.width, canvas.style.height] = [`${wide}px`, `${high}px`];
  context.scale(ratio, ratio);
  [context.font, context.textBaseline, context.fillStyle] = [face, 'middle', getComputedStyle(canvas).color];
  down.forEach((label, row) => context.fillText(label, left - labelGap - width(label), top + (row + 0.5) * cell));
  across.forEach((label, column) => {
    context.save();
    context.translate(left + (column + 0.5) * cell, top - labelGap);
    context.rotate(slope);
    context.fillText(label, 0, 0);
    context.restore();
  });
  weights.forEach((weight, i) => {
    const [row, column] = [Math.floor(i / columns.length), i % columns.length];
    context.fillStyle = causal && column > row ? '#80808030' : colour(weight);
    context.fillRect(left + column * cell, top + row * cell, side, side);
  });
  canvas.onpointermove = event => {
    const [row, column] = [Math.floor((event.offsetY - top) / cell), Math.floor((event.offsetX - left) / cell)];
    tip.hidden = !(row in rows && column in columns);
    if (tip.hidden) return;
    tip.textContent = causal && column > row ? `${rows[row]} cannot see ${columns[column]}` : `${rows[row]} \u2192 ${columns[column]}   ${weights[row * columns.length + column].toFixed(3)}`;
    tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${event.clientY + 18}px`;
  };
  canvas.onpointerleave = () => { tip.hidden = true; };
}

const drawAll = () => document.querySelectorAll('canvas').forEach(draw);
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
drawAll();
