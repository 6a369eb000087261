using CsCheck;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Tests.Jobs;

public class JobSpecWriterTests
{
    [Fact]
    public void ToJson_AnyJob_ReadsBackEqual() => SomeJob.Any.Sample(job =>
        {
            var read = JobSpecReader.Read(JobSpecWriter.ToJson(job), "job.json");
            Assert.Empty(read.Problems);
            Assert.Equal(JobSpecWriter.ToJson(job), JobSpecWriter.ToJson(read.Spec!));
            Assert.Equal(job, read.Spec);
    });
}
