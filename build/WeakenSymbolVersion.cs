using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Copies a 64-bit little-endian ELF file and marks one required symbol version weak, so that the loader tolerates its absence.</summary>
/// <remarks>Layout: System V ABI, chapter 4 (section headers), and the LSB's symbol versioning (Elfxx_Verneed, Elfxx_Vernaux).</remarks>
public sealed class WeakenSymbolVersion : Task
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 0x2;

    [Required] public string Source { get; set; }
    [Required] public string Destination { get; set; }
    [Required] public string Version { get; set; }

    public override bool Execute()
    {
        // A hard link of an older build may share the destination's content: compare by time, write a new file.
        var stamp = File.GetLastWriteTimeUtc(Source);
        if (File.Exists(Destination) && File.GetLastWriteTimeUtc(Destination) == stamp) return true;

        var image = File.ReadAllBytes(Source);
        var weakened = Weaken(image);
        if (weakened == 0)
            Log.LogMessage(MessageImportance.Normal, "{0} does not require {1}; it is copied unchanged.", Source, Version);

        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        var temporary = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, image);
        File.SetLastWriteTimeUtc(temporary, stamp);
        File.Delete(Destination);
        File.Move(temporary, Destination);
        return true;
    }

    private int Weaken(byte[] image)
    {
        if (image.Length < 64 || BitConverter.ToUInt32(image, 0) != 0x464c457f || image[4] != 2 || image[5] != 1)
            return 0;
        var sections = (int)BitConverter.ToUInt64(image, 0x28);
        var entrySize = BitConverter.ToUInt16(image, 0x3a);
        var count = BitConverter.ToUInt16(image, 0x3c);
        var weakened = 0;
        for (var index = 0; index < count; index++)
        {
            var section = sections + index * entrySize;
            if (BitConverter.ToUInt32(image, section + 4) != SectionTypeVersionNeeds) continue;
            var needs = (int)BitConverter.ToUInt64(image, section + 0x18);
            var files = BitConverter.ToUInt32(image, section + 0x2c);
            var strings = (int)BitConverter.ToUInt64(image, sections + (int)BitConverter.ToUInt32(image, section + 0x28) * entrySize + 0x18);
            weakened += WeakenNeeds(image, needs, files, strings);
        }
        return weakened;
    }

    private int WeakenNeeds(byte[] image, int need, uint files, int strings)
    {
        var weakened = 0;
        for (var file = 0; file < files; file++)
        {
            var auxiliary = need + (int)BitConverter.ToUInt32(image, need + 8);
            for (var left = BitConverter.ToUInt16(image, need + 2); left > 0; left--)
            {
                if (TextAt(image, strings + (int)BitConverter.ToUInt32(image, auxiliary + 8)) == Version)
                {
                    image[auxiliary + 4] |= (byte)WeakFlag;
                    weakened++;
                }
                auxiliary += (int)BitConverter.ToUInt32(image, auxiliary + 12);
            }
            need += (int)BitConverter.ToUInt32(image, need + 12);
        }
        return weakened;
    }

    private static string TextAt(byte[] image, int start)
    {
        var end = start;
        while (image[end] != 0) end++;
        return Encoding.ASCII.GetString(image, start, end - start);
    }
}
