using System.Runtime.Versioning;
using DistTrain.Cli.Terminal;
using DistTrain.Cli.Text;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Text;

/// <summary>A script stands for MeCab: it says what MeCab says of itself, and parts each line at the sign for "of".</summary>
[SupportedOSPlatform("linux")]
public sealed class MecabTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Words_LineByLine_AreTheProgramsAnswers()
    {
        using var mecab = Mecab.Start(Program(size: 392126));

        Assert.Equal("ja-mecab-0.996-IPA", mecab.Signature);
        Assert.Equal(["猫", "の", "家"], mecab.Words(" 猫の家\u3000"));
        Assert.Empty(mecab.Words(""));
        Assert.Equal(["a", "b"], mecab.Words("a\rb"));
        Assert.Equal($"-r /dev/null -d {_folder.Path} -Owakati -b 1048576", File.ReadAllText(Path.Combine(_folder.Path, "arguments")).Trim());
    }

    [Theory]
    [InlineData(12, "utf-8", "")]
    [InlineData(392126, "EUC-JP", "")]
    [InlineData(392126, "utf-8", "filename:\\tuser.dic\\n")]
    public void Start_AnotherDictionary_IsRefusedWithTheRemedy(int size, string charset, string more)
    {
        var refused = Assert.Throws<UsageException>(() => Mecab.Start(Program(size, charset, more)));

        Assert.Contains("needs MeCab with the IPA dictionary of 392126 words in UTF-8 and no other", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("or choose --tokenize char.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_ProgramThatIsNotThere_IsRefusedWithTheRemedy()
    {
        var refused = Assert.Throws<UsageException>(() => Mecab.Start(Path.Combine(_folder.Path, "no-mecab")));

        Assert.Contains("cannot be started", refused.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install mecab mecab-ipadic-utf8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_LineTooLongForTheProgram_IsRefused()
    {
        using var mecab = Mecab.Start(Program(size: 392126));

        Assert.Throws<InvalidDataException>(() => mecab.Words(new string('猫', 400_000)));
    }

    private string Program(int size, string charset = "utf-8", string more = "")
    {
        var script = _folder.Write("mecab", $$"""
            #!/bin/sh
            case "$1" in
              --version) echo "mecab of 0.996"; exit ;;
              -D) printf 'filename:\t{{_folder.Path}}/sys.dic\nversion:\t102\ncharset:\t{{charset}}\ntype:\t0\nsize:\t{{size}}\n{{more}}\n'; exit ;;
            esac
            echo "$*" > {{_folder.Path}}/arguments
            while IFS= read -r line; do printf '%s \n' "$line" | sed 's/の/ の /g'; done

            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return script;
    }
}
