using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>Chooses the kernels that are fastest on this processor.</summary>
internal static class Matrices
{
    public static Matrix Pack(Linear linear, DecodingPrecision precision) => precision switch
    {
        DecodingPrecision.Bytes when Avx512BW.IsSupported && Vector512.IsHardwareAccelerated => new ByteMatrix<Bytes512>(linear),
        DecodingPrecision.Bytes when Avx2.IsSupported => new ByteMatrix<Bytes256>(linear),
        DecodingPrecision.Bytes => new ByteMatrix<BytesPortable>(linear),
        DecodingPrecision.BFloat16 when Vector512.IsHardwareAccelerated => new FloatMatrix<Floats512, BFloat16>(linear),
        DecodingPrecision.BFloat16 => new FloatMatrix<Floats256, BFloat16>(linear),
        _ when Vector512.IsHardwareAccelerated => new FloatMatrix<Floats512, float>(linear),
        _ => new FloatMatrix<Floats256, float>(linear),
    };
}
