using System.Runtime.InteropServices;
using TorchSharp;

namespace DistTrain.Model;

/// <summary>Loads the native libraries of torch: those shipped with the program, or those of a PyTorch that is already on the machine.</summary>
public static partial class TorchLibrary
{
    /// <summary>The environment variable that names a folder with libtorch's libraries, such as <c>torch/lib</c> of a PyTorch installation.</summary>
    public const string FolderVariable = "DISTTRAIN_LIBTORCH";

    private static readonly string[] Needed = ["c10", "torch_cpu"];
    private static readonly string[] Cuda = ["c10_cuda", "torch_cuda"];

    /// <summary>Call once, before anything touches a tensor.</summary>
    /// <exception cref="DllNotFoundException">A library is missing or does not load; the message names the folder.</exception>
    public static void Load()
    {
        LetWaitingThreadsSleep();
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder) Preload(folder);
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception error) when (error is TypeInitializationException or NotSupportedException)
        {
            throw new DllNotFoundException(
                $"libtorch does not load from '{AppContext.BaseDirectory}'. Build with TorchBackend cpu or cuda, or name a folder that has it in " +
                    $"{FolderVariable}.", error);
        }
    }

    /// <summary>Whether the libtorch that <see cref="Load"/> loads comes with CUDA's libraries.</summary>
    internal static bool HasCuda => File.Exists(PathOf(
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory, "torch_cuda"));

    /// <summary>Loads libtorch from a folder; TorchSharp then finds the libraries in the process and looks for no others.</summary>
    internal static void Preload(string folder)
    {
        foreach (var name in Needed) LoadFrom(folder, name);
        foreach (var name in Cuda.Where(name => File.Exists(PathOf(folder, name)))) LoadFrom(folder, name);
        LoadFrom(folder, "torch");
    }

    /// <summary>
    /// Threads of GNU OpenMP spin for milliseconds at the end of every operator by default, which takes the processor from whoever else runs:
    /// with a second worker on the host, a step can take ten times as long. A short spin covers the way from one operator to the next.
    /// </summary>
    private static void LetWaitingThreadsSleep()
    {
        // .NET's own setter does not reach native libraries, and theirs is read once, when they are loaded. What the user has set stays.
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            SetEnvironment("GOMP_SPINCOUNT", "1000", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    private static void LoadFrom(string folder, string name)
    {
        var path = PathOf(folder, name);
        var meaning = $"{FolderVariable} names '{folder}'";
        if (!File.Exists(path))
            throw new DllNotFoundException($"{meaning}, which has no {Path.GetFileName(path)}. Name the folder that holds libtorch's libraries, or " +
                "unset the variable.");
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException($"{meaning}, whose {Path.GetFileName(path)} does not load: {error.Message}", error);
        }
    }

    private static string PathOf(string folder, string name) => Path.Combine(folder, FileName(name));

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
}
