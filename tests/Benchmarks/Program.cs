using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DistTrain.Model;

// In this process: libtorch is loaded and prepared once, as a worker does it.
TorchLibrary.Load();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithMaxIterationCount(20))
    .HideColumns(Column.Error, Column.RatioSD, Column.AllocRatio, Column.Job, Column.Toolchain, Column.MaxIterationCount));
