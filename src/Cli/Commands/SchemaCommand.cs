using System.CommandLine;
using DistTrain.Shared.Jobs.Schema;

namespace DistTrain.Cli.Commands;

/// <summary><c>disttrain schema</c>: the job file as JSON Schema, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Print the JSON Schema of the job file, with which editors complete and check it.");
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(JobSchema.ToJson());
            return 0;
        });
        return command;
    }
}
