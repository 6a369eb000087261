using CsCheck;
using DistTrain.Model.Decoding.Packed;
using DistTrain.Shared;
