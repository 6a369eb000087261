using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Shared.Tests.Datasets.Reading;

public sealed class NotTextTests
{
    [Theory]
    [InlineData("1", "numbers")]
    [InlineData("-0.87", "numbers")]
    [InlineData("1.234,5", "numbers")]
    [InlineData("98%", "numbers")]
    [InlineData("2e-05", "numbers")]
    [InlineData("https://a.example/b?c=d", "addresses")]
    [InlineData("www.a.example http://b.example", "addresses")]
    [InlineData("CC-BY 2.0 (France) Attribution: example.org #5", "notes about a licence")]
    [InlineData("Licensed under CC BY 4.0", "notes about a licence")]
    public void Of_ValuesOfOneKind_NamesIt(string value, string kind)
    {
        Assert.Equal((kind, value), NotText.Of([value, "", $" {value} "]));
        Assert.Equal((kind, value), NotText.Of([.. Enumerable.Repeat(value, 95), .. Enumerable.Repeat("a dog", 5)]));
        Assert.Null(NotText.Of([.. Enumerable.Repeat(value, 94), .. Enumerable.Repeat("a dog", 6)]));
    }

    [Theory]
    [InlineData("1 2 3")]
    [InlineData("3 dogs")]
    [InlineData("See https://a.example")]
    [InlineData("一")]
    [InlineData("")]
    public void Of_WhatMayBeText_IsNull(string value) => Assert.Null(NotText.Of([value]));
}
