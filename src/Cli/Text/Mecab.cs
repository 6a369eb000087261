using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Text;

/// <summary>MeCab with the IPA dictionary, as sacreBLEU's <c>ja-mecab</c> calls it: a process that answers each line with its words.</summary>
internal sealed class Mecab : IDisposable
{
    // Of the IPA dictionary 2.7.0, as sacreBLEU demands.
    private const int WordsOfDictionary = 392_126;

    private const string Remedy = "Install both (on Debian and Ubuntu: apt-get install mecab mecab-ipadic-utf8), or choose --tokenize char.";

    // A longer line would be answered in parts.
    private const int LongestLine = 1 << 20;

    private readonly Process _process;
    private readonly Lock _one = new();

    private Mecab(Process process, string signature) => (_process, Signature) = (process, signature);

    /// <summary>Such as <c>ja-mecab-0.996-IPA</c>.</summary>
    public string Signature { get; }

    /// <param name="program">The program's file, or its name on the path.</param>
    /// <exception cref="UsageException">It is not installed, or with another dictionary.</exception>
    public static Mecab Start(string program)
    {
        var version = Said(program, "--version").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
            ?? "";
        var dictionaries = Said(program, "-D").Split('\n').Select(line => line.Split('\t', 2)).Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0].TrimEnd(':'), pair => pair[1].Trim());
        if (dictionaries["filename"].Count() != 1
            || dictionaries["size"].FirstOrDefault() != WordsOfDictionary.ToString(CultureInfo.InvariantCulture)
            || !IsUtf8(dictionaries["charset"].First()))
            throw new UsageException($"--tokenize ja-mecab needs MeCab with the IPA dictionary of {WordsOfDictionary} words in UTF-8 and no other, " +
                $"but '{program}' has {string.Join(", ", dictionaries["filename"])} ({string.Join(", ", dictionaries["size"])} words, " +
                $"{string.Join(", ", dictionaries["charset"])}). {Remedy}");
        var folder = Path.GetDirectoryName(dictionaries["filename"].First())!;
        return new(
            Started(program, "-r", "/dev/null", "-d", folder, "-Owakati", "-b", LongestLine.ToString(CultureInfo.InvariantCulture)), "ja-mecab-" +
                $"{version}-IPA");
    }

    /// <summary>The words of a line.</summary>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    /// <exception cref="IOException">The process has ended.</exception>
    public string[] Words(string text)
    {
        // What ends a line would end it in question and answer; MeCab's answer has white space in its place all the same.
        var line = PythonText.Trim(text.Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' '));
        if (Encoding.UTF8.GetByteCount(line) >= LongestLine)
            throw new InvalidDataException($"A line has more than {LongestLine} bytes, which is more than MeCab is given. Shorten it, or choose " +
                "--tokenize char.");
        lock (_one)
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
            return PythonText.Split(_process.StandardOutput.ReadLine()
                ?? throw new IOException($"MeCab ended before its answer. Try it by hand: echo 日本語 | mecab -Owakati. {Remedy}"));
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool IsUtf8(string charset) =>
        charset.Replace("-", "", StringComparison.Ordinal).Equals("utf8", StringComparison.OrdinalIgnoreCase);

    private static string Said(string program, string option)
    {
        using var asked = Started(program, option);
        asked.StandardInput.Close();
        var said = asked.StandardOutput.ReadToEnd();
        asked.WaitForExit();
        return said;
    }

    private static Process Started(string program, params IEnumerable<string> arguments)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = utf8, StandardOutputEncoding = utf8,
            })!;
        }
        catch (Win32Exception absent)
        {
            throw new UsageException($"--tokenize ja-mecab needs MeCab and its IPA dictionary, but '{program}' cannot be started (" +
                $"{absent.Message}). {Remedy}");
        }
    }
}
