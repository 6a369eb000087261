"""Writes sacrebleu-options.json: scores by sacreBLEU 2.6.0 of made-up sentences, by every option, and p-values of its paired tests.

    pip install 'sacrebleu==2.6.0' && python3 sacrebleu-options.py > sacrebleu-options.json
"""
import itertools
import json
import logging
import random
import sys

from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest

logging.getLogger("sacrebleu").setLevel(logging.ERROR)
random.seed(14)

PARTS = ["the", "cat", "The", "dog's ", "it's", "Straße", "İzmir", "ΟΔΟΣ", "ΣΑΣ.", "हिन्दी", "ภาษาไทย", "日本語", "カタカナ", "猫喜欢房子", "。", "，", "（x）", "1,000.5", "-5",
         "e-mail", "&amp;", "&quot;", "&amp;lt;", "😀", "𝟘", "𐄀", "𠮷", "e\u0301", "\u00a0", "\u3000", "\u2028", "\u001c", "مرحبا", "٣", "2-3", "a.b", ".5", "2000.", "«x»", "€", "½",
         "<skipped>", "--", "...", "?!", "(y)", "㍿", "\u200b"]
WORDS = "the a cat dog sat ran on to mat house and with old red tree".split()


def mixed():
    return "".join(random.choice(PARTS) + random.choice([" ", " ", ""]) for _ in range(random.choice([0, 1, 2, 4, 9]))).rstrip()


def plain():
    return [random.choice(WORDS) for _ in range(random.choice([3, 8, 15, 30]))]


def moved(words, share):
    words = list(words)
    for _ in range(1 + int(share * len(words))):
        kind, at = random.random(), random.randrange(len(words))
        if kind < 0.3 and len(words) > 1:
            del words[at]
        elif kind < 0.6:
            words[at] = random.choice(WORDS)
        else:
            part = words[at:at + 4]
            del words[at:at + 4]
            place = random.randrange(len(words) + 1)
            words[place:place] = part
    return words


def corpus(rows):
    return [row[0] for row in rows], [[row[k] for row in rows] for k in (1, 2, 3)]


def rows():
    for _ in range(30):
        reference = mixed()
        yield "".join(c for c in reference if random.random() > 0.1).rstrip(), reference, random.choice([mixed(), "", None]), random.choice([mixed(), None])
    for _ in range(15):
        reference = plain()
        yield " ".join(moved(reference, 0.3)), " ".join(reference), " ".join(plain()), random.choice(["", None, " ".join(moved(reference, 0.1))])


def scored(name, options, metric, hyps, references):
    corpus_score = metric.corpus_score(hyps, references).score
    signature = metric.get_signature().format()
    if name == "bleu":
        metric.effective_order = True
    sentences = [metric.sentence_score(h, list(r)).score for h, r in zip(hyps, zip(*references))]
    return {"metric": name, "options": options, "score": corpus_score, "sentences": sentences, "signature": signature}


def all_scores(hyps, references):
    for tokenize, lowercase in itertools.product(["13a", "intl", "zh", "char", "none"], [False, True]):
        options = {"tokenize": tokenize, "lowercase": lowercase}
        yield scored("bleu", options, BLEU(force=True, **options), hyps, references)
    for order, beta, whitespace, eps, lowercase in [(0, 2, 0, 0, 0), (2, 2, 0, 0, 0), (1, 1, 1, 0, 1), (3, 3, 0, 1, 0), (2, 2, 1, 1, 0), (0, 2, 0, 1, 1), (0, 3, 1, 0, 0)]:
        options = {"word_order": order, "beta": beta, "whitespace": bool(whitespace), "eps_smoothing": bool(eps), "lowercase": bool(lowercase)}
        yield scored("chrf", options, CHRF(**options), hyps, references)
    for flags in itertools.product([False, True], repeat=4):
        options = dict(zip(["case_sensitive", "normalized", "no_punct", "asian_support"], flags))
        yield scored("ter", options, TER(**options), hyps, references)


def tests():
    references = [plain() for _ in range(60)]
    systems = [[" ".join(moved(r, share)) for r in references] for share in (0.3, 0.29, 0.27)]
    references = [[" ".join(r) for r in references]]
    named = [(str(i), system) for i, system in enumerate(systems)]
    results = []
    for kind, samples in (("bs", 1000), ("ar", 4000)):
        signatures, found = PairedTest(named, {"BLEU": BLEU(references=references), "CHRF": CHRF(references=references), "TER": TER(references=references)}, None, kind, samples)()
        for metric, key in (("BLEU", "bleu"), ("chrF2", "chrf"), ("TER", "ter")):
            for system, result in enumerate(found[metric]):
                results.append({"test": kind, "samples": samples, "metric": key, "system": system, "score": result.score, "p": result.p_value, "mean": result.mean and float(result.mean),
                                "half_width": result.ci and float(result.ci), "signature": str(signatures[metric])})
    return {"name": "paired tests", "systems": systems, "references": references, "results": results}


cases = []
hyps, references = corpus(list(rows()))
for name, streams in (("one reference", references[:1]), ("absent and empty references", references), ("another order of references", references[::-1])):
    cases.append({"name": name, "hyps": hyps, "references": streams, "scores": list(all_scores(hyps, streams))})
cases.append(tests())
json.dump(cases, sys.stdout, ensure_ascii=True, indent=0)
