namespace I1Xla.StableHlo.Tests.Verify;

public partial class ConstraintTests
{
    private const string Table = """
        abs (C2) | | | 2xcomplex<f32> -> 2xf64
        add (C1) | | | 2xf32, 3xf32 -> 2xf32
        add (C1) | | | 2xf32, 2xi32 -> 2xf32
        add (C2) | | | 2x!quant.uniform<i8:f32, 0.5>, 2xf32 -> 2x!quant.uniform<i8:f32, 0.5>
        add (C3) | | | 2x!quant.uniform<i8:f32, 0.5>, 2x!quant.uniform<i4:f32, 0.5> -> 2x!quant.uniform<i8:f32, 0.5>
        add (C4) | | | 2x!quant.uniform<i8:f32, 0.5>, 2x!quant.uniform<i8:f16, 0.5> -> 2x!quant.uniform<i8:f32, 0.5>
        add (C5) | | | 2x!quant.uniform<i8:f32:0, {0.5, 0.5}>, 2x!quant.uniform<i8:f32, 0.5> -> 2x!quant.uniform<i8:f32, 0.5>
        add (C6) | | | 2x2x!quant.uniform<i8:f32:0, {0.5, 0.5}>, 2x2x!quant.uniform<i8:f32, 0.5> -> 2x2x!quant.uniform<i8:f32:1, {0.5, 0.5}>
        add (C7) | | | 2x2x!quant.uniform<i8:f32, 0.5>, 2x2x!quant.uniform<i8:f32:0, {0.5, 0.5}> -> 2x2x!quant.uniform<i8:f32:1, {0.5, 0.5}>
        add (I1) | | | token, 2xi1 -> 2xi1
        add (I2) | | | 2xi1, token -> 2xi1
        all_gather (C1) | all_gather_dim = 2 : i64, $RG | | 2x2xf32 -> 2x4xf32
        all_gather (C2) | all_gather_dim = 0 : i64, replica_groups = dense<[[0, 0]]> : tensor<1x2xi64> | | 2xf32 -> 4xf32
        all_gather (C4) | all_gather_dim = 0 : i64, replica_groups = dense<[[0, 5]]> : tensor<1x2xi64> | | 2xf32 -> 4xf32
        all_gather (C5) | all_gather_dim = 0 : i64, $RG, channel_handle = #stablehlo.channel_handle<handle = -1, type = 0>, use_global_device_ids | | 2xf32 -> 4xf32
        all_gather (C6) | all_gather_dim = 0 : i64, $RG | | 2xf32 -> 5xf32
        all_gather (C6) | all_gather_dim = 0 : i64, $RG | | 2x3xf32 -> 4x4xf32
        all_gather (I1) | all_gather_dim = 0 : i64, $RG | | token -> token
        all_gather (I3) | all_gather_dim = 0 : i64, replica_groups = dense<[0, 1]> : tensor<2xi64> | | 2xf32 -> 4xf32
        all_reduce (C1) | replica_groups = dense<[[0, 0]]> : tensor<1x2xi64> | f32, f32 -> f32 | 2xf32 -> 2xf32
        all_reduce (C3) | replica_groups = dense<[[0, 7]]> : tensor<1x2xi64> | f32, f32 -> f32 | 2xf32 -> 2xf32
        all_reduce (C4) | $RG, use_global_device_ids | f32, f32 -> f32 | 2xf32 -> 2xf32
        all_reduce (C5) | $RG | f32 -> f32 | 2xf32 -> 2xf32
        all_reduce (C5) | $RG | f32, f32 -> 2xf32 | 2xf32 -> 2xf32
        all_reduce (C6) | $RG | f32, f32 -> f32 | 2xf32 -> 3xf32
        all_reduce (C7) | $RG | f32, f32 -> f32 | 2xf32 -> 2xf64
        all_reduce (I2) | replica_groups = dense<0> : tensor<1xi64> | f32, f32 -> f32 | 2xf32 -> 2xf32
        all_to_all (C1) | split_dimension = 2 : i64, concat_dimension = 0 : i64, split_count = 2 : i64, $RG | | 4x4xf32 -> 4x4xf32
        all_to_all (C2) | split_dimension = 0 : i64, concat_dimension = 1 : i64, split_count = 2 : i64, $RG | | 3x4xf32 -> 3x4xf32
        all_to_all (C3) | split_dimension = 0 : i64, concat_dimension = 3 : i64, split_count = 2 : i64, $RG | | 4x4xf32 -> 4x4xf32
        all_to_all (C4) | split_dimension = 0 : i64, concat_dimension = 1 : i64, split_count = 0 : i64, $RG | | 4x4xf32 -> 4x4xf32
        all_to_all (C5) | split_dimension = 0 : i64, concat_dimension = 0 : i64, split_count = 2 : i64, replica_groups = dense<[[0, 0]]> : tensor<1x2xi64> | | 4x4xf32 -> 4x4xf32
        all_to_all (C7) | split_dimension = 0 : i64, concat_dimension = 0 : i64, split_count = 2 : i64, replica_groups = dense<[[0, 4]]> : tensor<1x2xi64> | | 4x4xf32 -> 4x4xf32
        all_to_all (C8) | split_dimension = 0 : i64, concat_dimension = 0 : i64, split_count = 4 : i64, $RG | | 4x4xf32 -> 4x4xf32
        all_to_all (C9) | split_dimension = 0 : i64, concat_dimension = 1 : i64, split_count = 2 : i64, $RG | | 4x4xf32 -> 4x4xf32
        all_to_all (I1) | split_dimension = 0 : i64, concat_dimension = 0 : i64, split_count = 2 : i64, $RG | | token -> token
        async_done (C1) | | | !stablehlo.future<tensor<2xf32>> -> 3xf32
        batch_norm_grad (C1) | epsilon = 0.1 : f32, feature_index = 2 : i64 | | 2x2xf32, 2xf32, 2xf32, 2xf32, 2x2xf32 -> 2x2xf32, 2xf32, 2xf32
        batch_norm_grad (C2) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf64, 2xf32, 2xf32, 2x2xf32 -> 2x2xf32, 2xf32, 2xf32
        batch_norm_grad (C3) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32, 2xf32, 2x3xf32 -> 2x2xf32, 2xf32, 2xf32
        batch_norm_grad (C4) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 3xf32, 2xf32, 2x2xf32 -> 2x2xf32, 2xf32, 2xf32
        batch_norm_grad (C5) | epsilon = 0.1 : f32, feature_index = 1 : i64 | | 2x3xf32, 2xf32, 2xf32, 2xf32, 2x3xf32 -> 2x3xf32, 2xf32, 2xf32
        batch_norm_inference (C1) | epsilon = 0.1 : f32, feature_index = -1 : i64 | | 2x2xf32, 2xf32, 2xf32, 2xf32, 2xf32 -> 2x2xf32
        batch_norm_inference (C2) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf64, 2xf32, 2xf32, 2xf32 -> 2x2xf32
        batch_norm_inference (C3) | epsilon = 0.1 : f32, feature_index = 1 : i64 | | 2x3xf32, 2xf32, 2xf32, 2xf32, 2xf32 -> 2x3xf32
        batch_norm_inference (C7) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32, 2xf32, 2xf32 -> 2x3xf32
        batch_norm_training (C1) | epsilon = 0.1 : f32, feature_index = 5 : i64 | | 2x2xf32, 2xf32, 2xf32 -> 2x2xf32, 2xf32, 2xf32
        batch_norm_training (C2) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf64, 2xf32 -> 2x2xf32, 2xf32, 2xf32
        batch_norm_training (C3) | epsilon = 0.1 : f32, feature_index = 1 : i64 | | 2x3xf32, 2xf32, 2xf32 -> 2x3xf32, 2xf32, 2xf32
        batch_norm_training (C5) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32 -> 2x2xf32, 3xf32, 2xf32
        batch_norm_training (C6) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32 -> 2x2xf32, 2xf32, 3xf32
        batch_norm_training (C7) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32 -> 2x3xf32, 2xf32, 2xf32
        bitcast_convert (C1) | | | 2xf32 -> 2xf64
        bitcast_convert (C1) | | | 2x4xi8 -> 3xi32
        bitcast_convert (C2) | | | 2xcomplex<f32> -> 2xf64
        broadcast_in_dim (C1) | broadcast_dimensions = array<i64: 0> | | 2xf32 -> 2xi32
        broadcast_in_dim (C2) | broadcast_dimensions = array<i64: 0, 1> | | 2xf32 -> 2x2xf32
        broadcast_in_dim (C3) | broadcast_dimensions = array<i64: 2> | | 2xf32 -> 2x2xf32
        broadcast_in_dim (C4) | broadcast_dimensions = array<i64: 0, 0> | | 2x2xf32 -> 2x2xf32
        broadcast_in_dim (C5) | broadcast_dimensions = array<i64: 0> | | 2xf32 -> 3x2xf32
        broadcast_in_dim (C6) | broadcast_dimensions = array<i64: 1> | | 2x!quant.uniform<i8:f32:0, {0.5, 0.25}> -> 2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>
        case (C1) | | | i32 -> f32
        case (C2) | | f32 -> f32 | i32 -> f32
        case (C3) | | -> f32; -> f64 | i32 -> f32
        case (C4) | | -> f64 | i32 -> f32
        case (I1) | | -> f32 | i64 -> f32
        cholesky (C1) | lower = true | | 2x2xf32 -> 3x3xf32
        cholesky (C2) | lower = true | | 2xf32 -> 2xf32
        cholesky (C3) | lower = true | | 2x3xf32 -> 2x3xf32
        clamp (C1) | | | 3xf32, 2xf32, f32 -> 2xf32
        clamp (C2) | | | f32, 2xf32, 3xf32 -> 2xf32
        clamp (C3) | | | f64, 2xf32, f32 -> 2xf32
        clamp (C4) | | | f32, 2xf32, f32 -> 3xf32
        collective_broadcast (C1) | replica_groups = dense<[[0, 0]]> : tensor<1x2xi64> | | 2xf32 -> 2xf32
        collective_broadcast (C2) | replica_groups = dense<[[0, -2]]> : tensor<1x2xi64> | | 2xf32 -> 2xf32
        collective_broadcast (C3) | $RG | | 2xf32 -> 3xf32
        collective_permute (C1) | source_target_pairs = dense<[[0, 1, 2]]> : tensor<1x3xi64> | | 2xf32 -> 2xf32
        collective_permute (C2) | source_target_pairs = dense<[[0, 1], [0, 2]]> : tensor<2x2xi64> | | 2xf32 -> 2xf32
        collective_permute (C3) | source_target_pairs = dense<[[0, 2], [1, 2]]> : tensor<2x2xi64> | | 2xf32 -> 2xf32
        collective_permute (C4) | source_target_pairs = dense<[[0, -1]]> : tensor<1x2xi64> | | 2xf32 -> 2xf32
        collective_permute (C5) | source_target_pairs = dense<[[0, 1]]> : tensor<1x2xi64> | | 2xf32 -> 3xf32
        collective_permute (I2) | source_target_pairs = dense<[0, 1]> : tensor<2xi64> | | 2xf32 -> 2xf32
        collective_reduce (C1) | replica_groups = dense<[[0, 0]]> : tensor<1x2xi64> | f32, f32 -> f32 | 2xf32 -> 2xf32
        collective_reduce (C2) | replica_groups = dense<[[0, -2]]> : tensor<1x2xi64> | f32, f32 -> f32 | 2xf32 -> 2xf32
        collective_reduce (C3) | $RG | f32, f32 -> f32 | 2xf32 -> 3xf32
        collective_reduce (C4) | $RG | f32 -> f32 | 2xf32 -> 2xf32
        compare (C1) | comparison_direction = #stablehlo<comparison_direction LT> | | 2xf32, 2xi32 -> 2xi1
        compare (C2) | comparison_direction = #stablehlo<comparison_direction LT> | | 2xf32, 3xf32 -> 2xi1
        compare (C2) | comparison_direction = #stablehlo<comparison_direction LT> | | 2xf32, 2xf32 -> 3xi1
        compare (C3) | comparison_direction = #stablehlo<comparison_direction LT>, compare_type = #stablehlo<comparison_type SIGNED> | | 2xf32, 2xf32 -> 2xi1
        complex (C1) | | | 2xf32, 2xf64 -> 2xcomplex<f32>
        complex (C2) | | | 2xf32, 2xf32 -> 3xcomplex<f32>
        complex (C3) | | | 2xf32, 2xf32 -> 2xcomplex<f64>
        composite (C1) | name = "bad name", decomposition = @f | | f32 -> f32
        composite (C2) | name = "a.b", decomposition = @none | | f32 -> f32
        concatenate (C1) | dimension = 0 : i64 | | 2xf32, 2xi32 -> 4xf32
        concatenate (C2) | dimension = 0 : i64 | | 2x2xf32, 2x3xf32 -> 4x2xf32
        concatenate (C3) | dimension = 0 : i64 | | -> 2xf32
        concatenate (C4) | dimension = 1 : i64 | | 2xf32 -> 2xf32
        concatenate (C6) | dimension = 0 : i64 | | 2xf32, 2xf32 -> 5xf32
        constant (C1) | value = dense<0.0> : tensor<2xf32> | | -> 3xf32
        convert (C1) | | | 2xf32 -> 3xi32
        count_leading_zeros (C1) | | | 2xi32 -> 2xi64
        dot_general (C1) | dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x3xf32, 3x4xf32 -> 2x4xf32
        dot_general (C2) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [0, 1], rhs_contracting_dimensions = [0]> | | 2x3xf32, 3x4xf32 -> 2x4xf32
        dot_general (C3) | dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [0], rhs_contracting_dimensions = [1]> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (C4) | dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (C5) | dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [2], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (C6) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [2], rhs_contracting_dimensions = [1]> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (C7) | dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [2], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (C8) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [2]> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (C9) | dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]> | | 2x3xf32, 3x3xf32 -> 2xf32
        dot_general (C10) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x3xf32, 4x5xf32 -> 2x5xf32
        dot_general (C11) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>] | | 2x3xf32, 3x5xf32 -> 2x5xf32
        dot_general (C12) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x3xf32, 3x5xf32 -> 2x6xf32
        dynamic_broadcast_in_dim (C1) | broadcast_dimensions = array<i64: 0> | | 2xf32, 1xi64 -> 2xi32
        dynamic_broadcast_in_dim (C2) | broadcast_dimensions = array<i64: 0, 1> | | 2xf32, 2xi64 -> 2x2xf32
        dynamic_broadcast_in_dim (C3) | broadcast_dimensions = array<i64: 2> | | 2xf32, 2xi64 -> 2x2xf32
        dynamic_broadcast_in_dim (C4) | broadcast_dimensions = array<i64: 0, 0> | | 2x2xf32, 2xi64 -> 2x2xf32
        dynamic_broadcast_in_dim (C5) | broadcast_dimensions = array<i64: 0> | | 2xf32, 2xi64 -> 3x2xf32
        dynamic_broadcast_in_dim (C7) | broadcast_dimensions = array<i64: 0> | | 2xf32, 3xi64 -> 2x2xf32
        dynamic_broadcast_in_dim (C8) | broadcast_dimensions = array<i64: 0>, known_expanding_dimensions = array<i64: 0>, known_nonexpanding_dimensions = array<i64: 0> | | 2xf32, 2xi64 -> 2x2xf32
        dynamic_broadcast_in_dim (C9) | broadcast_dimensions = array<i64: 0>, known_expanding_dimensions = array<i64: 3> | | 2xf32, 2xi64 -> 2x2xf32
        dynamic_broadcast_in_dim (C10) | broadcast_dimensions = array<i64: 0>, known_nonexpanding_dimensions = array<i64: 3> | | 2xf32, 2xi64 -> 2x2xf32
        dynamic_broadcast_in_dim (I2) | broadcast_dimensions = array<i64: 0> | | 2xf32, 2xf32 -> 2x2xf32
        dynamic_iota (C1) | iota_dimension = 1 : i64 | | 1xi64 -> 2xi32
        dynamic_iota (C2) | iota_dimension = 0 : i64 | | 2xi64 -> 2xi32
        dynamic_pad (C1) | | | 2xf32, f64, 1xi64, 1xi64, 1xi64 -> 4xf32
        dynamic_pad (C2) | | | 2xf32, f32, 2xi64, 2xi64, 2xi64 -> 4xf32
        dynamic_reshape (C1) | | | 2xf32, 1xi64 -> 2xi32
        dynamic_reshape (C2) | | | 2xf32, 1xi64 -> 3xf32
        dynamic_reshape (C4) | | | 2xf32, 1xi64 -> 1x2xf32
        dynamic_slice (C1) | slice_sizes = array<i64: 1> | | 2xf32, i64 -> 1xf64
        dynamic_slice (C2) | slice_sizes = array<i64: 1, 1> | | 2xf32, i64 -> 1xf32
        dynamic_slice (C3) | slice_sizes = array<i64: 1, 1> | | 2x2xf32, i64, i32 -> 1x1xf32
        dynamic_slice (C4) | slice_sizes = array<i64: 3> | | 2xf32, i64 -> 3xf32
        dynamic_slice (C5) | slice_sizes = array<i64: 1> | | 2xf32, i64 -> 2xf32
        dynamic_update_slice (C1) | | | 2xf32, 1xf32, i64 -> 3xf32
        dynamic_update_slice (C2) | | | 2xf32, 1xf64, i64 -> 2xf32
        dynamic_update_slice (C3) | | | 2xf32, 1x1xf32, i64 -> 2xf32
        dynamic_update_slice (C4) | | | 2xf32, 1xf32, i64, i64 -> 2xf32
        dynamic_update_slice (C5) | | | 2x2xf32, 1x1xf32, i64, i32 -> 2x2xf32
        dynamic_update_slice (C6) | | | 2xf32, 3xf32, i64 -> 2xf32
        fft (C1) | fft_type = #stablehlo<fft_type FFT>, fft_length = array<i64: 2, 2> | | 2xcomplex<f32> -> 2xcomplex<f32>
        fft (C2) | fft_type = #stablehlo<fft_type FFT>, fft_length = array<i64: 2> | | 2xf32 -> 2xcomplex<f32>
        fft (C3) | fft_type = #stablehlo<fft_type FFT>, fft_length = array<i64> | | 2xcomplex<f32> -> 2xcomplex<f32>
        fft (C4) | fft_type = #stablehlo<fft_type RFFT>, fft_length = array<i64: 3> | | 2xf32 -> 2xcomplex<f32>
        fft (C5) | fft_type = #stablehlo<fft_type FFT>, fft_length = array<i64: 2> | | 2xcomplex<f32> -> 3xcomplex<f32>
        gather (C1) | dimension_numbers = #stablehlo.gather<offset_dims = [1], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        gather (C2) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 3>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        gather (C3) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        gather (C4) | dimension_numbers = #stablehlo.gather<offset_dims = [2, 1], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x1x2xf32
        gather (C5) | dimension_numbers = #stablehlo.gather<offset_dims = [4], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        gather (C6) | dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1> | | 3x2xf32, 4x1xi64 -> 4xf32
        gather (C7) | dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1, 0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1> | | 3x2xf32, 4x1xi64 -> 4xf32
        gather (C8) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [5], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        gather (C9) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 2, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        gather (C10) | dimension_numbers = #stablehlo.gather<operand_batching_dims = [1, 0], start_indices_batching_dims = [0, 1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1> | | 3x2xf32, 2x3x0xi64 -> 2x3xf32
        gather (C11) | dimension_numbers = #stablehlo.gather<offset_dims = [1], operand_batching_dims = [5], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 3x1xi64 -> 3x2xf32
        gather (C12) | dimension_numbers = #stablehlo.gather<offset_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 2, 2> | | 3x2xf32, 3x1xi64 -> 3x2xf32
        gather (C13) | dimension_numbers = #stablehlo.gather<operand_batching_dims = [0, 1], start_indices_batching_dims = [0, 0], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1> | | 3x2xf32, 3x2x0xi64 -> 3x2xf32
        gather (C14) | dimension_numbers = #stablehlo.gather<offset_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [5], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 3x1xi64 -> 3x2xf32
        gather (C15) | dimension_numbers = #stablehlo.gather<offset_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [1], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 3x1xi64 -> 3x2xf32
        gather (C16) | dimension_numbers = #stablehlo.gather<offset_dims = [1], operand_batching_dims = [0], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 3x1xi64 -> 3x2xf32
        gather (C17) | dimension_numbers = #stablehlo.gather<offset_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        gather (C18) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0, 0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x2xi64 -> 4x2xf32
        gather (C19) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [7], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        gather (C20) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2, 3> | | 3x2xf32, 4x1xi64 -> 4x2xf32
        gather (C21) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3> | | 3x2xf32, 4x1xi64 -> 4x3xf32
        gather (C22) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x3xf32
        gather (C23) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2> | | 3x2xf32, 4x1xi64 -> 4x2xf64
        get_dimension_size (C1) | dimension = 1 : i64 | | 2xf32 -> i32
        get_tuple_element (C1) | index = 1 : i32 | | tuple<tensor<f32>> -> f32
        get_tuple_element (C2) | index = 0 : i32 | | tuple<tensor<f32>> -> f64
        if (C1) | | f32 -> f32; -> f32 | i1 -> f32
        if (C2) | | -> f32; -> f64 | i1 -> f32
        if (C3) | | -> f64; -> f64 | i1 -> f32
        if (I1) | | -> f32; -> f32 | i32 -> f32
        imag (C1) | | | 2xcomplex<f32> -> 3xf32
        imag (C2) | | | 2xcomplex<f32> -> 2xf64
        infeed (C1) | | | token ->
        infeed (C2) | | | token -> token, token
        infeed (C3) | | | token -> f32
        iota (C1) | iota_dimension = 1 : i64 | | -> 2xi32
        map (C1) | dimensions = array<i64: 0> | f32 -> f32 | 2xf32 -> 3xf32
        map (C3) | dimensions = array<i64: 1> | f32 -> f32 | 2xf32 -> 2xf32
        map (C4) | dimensions = array<i64: 0> | f32, f32 -> f32 | 2xf32 -> 2xf32
        map (C4) | dimensions = array<i64: 0> | f32 -> 2xf32 | 2xf32 -> 2xf32
        optimization_barrier (C1) | | | 2xf32 -> 3xf32
        pad (C1) | edge_padding_low = array<i64: 0>, edge_padding_high = array<i64: 0>, interior_padding = array<i64: 0> | | 2xf32, f64 -> 2xf32
        pad (C2) | edge_padding_low = array<i64: 0, 0>, edge_padding_high = array<i64: 0>, interior_padding = array<i64: 0> | | 2xf32, f32 -> 2xf32
        pad (C3) | edge_padding_low = array<i64: 0>, edge_padding_high = array<i64: 0>, interior_padding = array<i64: -1> | | 2xf32, f32 -> 2xf32
        pad (C4) | edge_padding_low = array<i64: 1>, edge_padding_high = array<i64: 0>, interior_padding = array<i64: 0> | | 2xf32, f32 -> 2xf32
        real (C1) | | | 2xcomplex<f32> -> 3xf32
        real (C2) | | | 2xcomplex<f32> -> 2xf64
        recv (C5) | channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, is_host_transfer = true | | token -> 2xf32, token
        send (C5) | channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, is_host_transfer = true | | 2xf32, token -> token
        reduce (C1) | dimensions = array<i64: 0> | f32, f32, f32, f32 -> f32, f32 | 2xf32, 3xf32, f32, f32 -> f32, f32
        reduce (C2) | dimensions = array<i64: 0> | f32, f32 -> f32 | 2xf32, i32 -> f32
        reduce (C3) | dimensions = array<i64: 0> | f32, f32 -> f32 | ->
        reduce (C4) | dimensions = array<i64: 1> | f32, f32 -> f32 | 2xf32, f32 -> f32
        reduce (C5) | dimensions = array<i64: 0, 0> | f32, f32 -> f32 | 2x2xf32, f32 -> 2xf32
        reduce (C6) | dimensions = array<i64: 0> | f32 -> f32 | 2xf32, f32 -> f32
        reduce (C7) | dimensions = array<i64: 0> | f32, f32 -> f32 | 2x3xf32, f32 -> 2xf32
        reduce (C8) | dimensions = array<i64: 0> | f32, f32 -> f32 | 2xf32, f32 -> f64
        reduce_precision (C1) | exponent_bits = 5 : i32, mantissa_bits = 5 : i32 | | 2xf32 -> 3xf32
        reduce_precision (C2) | exponent_bits = 0 : i32, mantissa_bits = 5 : i32 | | 2xf32 -> 2xf32
        reduce_precision (C3) | exponent_bits = 5 : i32, mantissa_bits = -1 : i32 | | 2xf32 -> 2xf32
        reduce_scatter (C1) | scatter_dimension = 0 : i64, $RG | f32, f32 -> f32 | 5xf32 -> 2xf32
        reduce_scatter (C2) | scatter_dimension = 1 : i64, $RG | f32, f32 -> f32 | 4xf32 -> 2xf32
        reduce_scatter (C3) | scatter_dimension = 0 : i64, replica_groups = dense<[[0, 0]]> : tensor<1x2xi64> | f32, f32 -> f32 | 4xf32 -> 2xf32
        reduce_scatter (C5) | scatter_dimension = 0 : i64, replica_groups = dense<[[0, 5]]> : tensor<1x2xi64> | f32, f32 -> f32 | 4xf32 -> 2xf32
        reduce_scatter (C6) | scatter_dimension = 0 : i64, $RG, use_global_device_ids | f32, f32 -> f32 | 4xf32 -> 2xf32
        reduce_scatter (C7) | scatter_dimension = 0 : i64, $RG | f32 -> f32 | 4xf32 -> 2xf32
        reduce_scatter (C8) | scatter_dimension = 0 : i64, $RG | f32, f32 -> f32 | 4x3xf32 -> 2x4xf32
        reduce_scatter (C9) | scatter_dimension = 0 : i64, $RG | f32, f32 -> f32 | 4xf32 -> 2xf64
        reduce_window (C1) | window_dimensions = array<i64: 1> | f32, f32 -> f32 | ->
        reduce_window (C2) | window_dimensions = array<i64: 1> | f32, f32, f32, f32 -> f32, f32 | 2xf32, 3xf32, f32, f32 -> 2xf32, 2xf32
        reduce_window (C3) | window_dimensions = array<i64: 1> | f32, f32 -> f32 | 2xf32, i32 -> 2xf32
        reduce_window (C4) | window_dimensions = array<i64: 1, 1> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C5) | window_dimensions = array<i64: 0> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C6) | window_dimensions = array<i64: 1>, window_strides = array<i64: 1, 1> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C7) | window_dimensions = array<i64: 1>, window_strides = array<i64: 0> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C8) | window_dimensions = array<i64: 1>, base_dilations = array<i64: 1, 1> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C9) | window_dimensions = array<i64: 1>, base_dilations = array<i64: 0> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C10) | window_dimensions = array<i64: 1>, window_dilations = array<i64: 1, 1> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C11) | window_dimensions = array<i64: 1>, window_dilations = array<i64: 0> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C12) | window_dimensions = array<i64: 1>, padding = dense<0> : tensor<2x2xi64> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C13) | window_dimensions = array<i64: 1> | f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C15) | window_dimensions = array<i64: 2> | f32, f32 -> f32 | 2xf32, f32 -> 2xf32
        reduce_window (C16) | window_dimensions = array<i64: 1> | f32, f32 -> f32 | 2xf32, f32 -> 2xf64
        reshape (C1) | | | 2xf32 -> 1x2xi32
        reshape (C2) | | | 2xf32 -> 3xf32
        reshape (C3) | | | 2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}> -> 3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>
        reverse (C1) | dimensions = array<i64: 0> | | 2xf32 -> 3xf32
        reverse (C2) | dimensions = array<i64: 0, 0> | | 2xf32 -> 2xf32
        reverse (C3) | dimensions = array<i64: 1> | | 2xf32 -> 2xf32
        rng (C1) | rng_distribution = #stablehlo<rng_distribution UNIFORM> | | f32, f64, 1xi64 -> 2xf32
        rng (C2) | rng_distribution = #stablehlo<rng_distribution NORMAL> | | i32, i32, 1xi64 -> 2xi32
        rng_bit_generator (C1) | rng_algorithm = #stablehlo<rng_algorithm THREE_FRY> | | 2xui64 -> 3xui64, 2xui32
        rng_bit_generator (C2) | rng_algorithm = #stablehlo<rng_algorithm THREE_FRY> | | 5xui64 -> 5xui64, 2xui32
        scatter (C1) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32, f32, f32 -> f32, f32 | 3x2xf32, 4x2xf32, 4x1xi64, 4x2xf32, 4x2xf32 -> 3x2xf32, 4x2xf32
        scatter (C2) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        scatter (C3) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32, f32, f32 -> f32, f32 | 3x2xf32, 3x2xf32, 4x1xi64, 4x2xf32, 4x1xf32 -> 3x2xf32, 3x2xf32
        scatter (C4) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 5x2xf32 -> 3x2xf32
        scatter (C6) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xi32 -> 3x2xf32
        scatter (C7) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [2, 1], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x1x2xf32 -> 3x2xf32
        scatter (C8) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [5], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        scatter (C9) | scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0, 0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4xf32 -> 3x2xf32
        scatter (C10) | scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [1, 0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4xf32 -> 3x2xf32
        scatter (C11) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [5], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        scatter (C19) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        scatter (C20) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0, 0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x2xi64, 4x2xf32 -> 3x2xf32
        scatter (C21) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [9], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        scatter (C22) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 4> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        scatter (C23) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        scatter (C24) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x3xf32
        scatter (C25) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf64
        select (C1) | | | 3xi1, 2xf32, 2xf32 -> 2xf32
        select (C2) | | | i1, 2xf32, 2xi32 -> 2xf32
        select (C2) | | | i1, 2xf32, 2xf32 -> 3xf32
        select_and_scatter (C1) | window_dimensions = array<i64: 1> | f32, f32 -> i1; i32, i32 -> i32 | 2xf32, 2xi32, i32 -> 2xi32
        select_and_scatter (C2) | window_dimensions = array<i64: 2> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf32
        select_and_scatter (C3) | window_dimensions = array<i64: 1> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, i32 -> 2xf32
        select_and_scatter (C4) | window_dimensions = array<i64: 1, 1> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf32
        select_and_scatter (C5) | window_dimensions = array<i64: 0> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf32
        select_and_scatter (C6) | window_dimensions = array<i64: 1>, window_strides = array<i64: 1, 1> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf32
        select_and_scatter (C7) | window_dimensions = array<i64: 1>, window_strides = array<i64: 0> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf32
        select_and_scatter (C8) | window_dimensions = array<i64: 1>, padding = dense<0> : tensor<2x2xi64> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf32
        select_and_scatter (C9) | window_dimensions = array<i64: 1> | f32, f32 -> f32; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf32
        select_and_scatter (C10) | window_dimensions = array<i64: 1> | f32, f32 -> i1; f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf32
        select_and_scatter (C11) | window_dimensions = array<i64: 1> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 3xf32
        select_and_scatter (C12) | window_dimensions = array<i64: 1> | f32, f32 -> i1; f32, f32 -> f32 | 2xf32, 2xf32, f32 -> 2xf64
        slice (C1) | start_indices = array<i64: 0>, limit_indices = array<i64: 1>, strides = array<i64: 1> | | 2xf32 -> 1xf64
        slice (C2) | start_indices = array<i64: 0, 0>, limit_indices = array<i64: 1>, strides = array<i64: 1> | | 2xf32 -> 1xf32
        slice (C3) | start_indices = array<i64: 0>, limit_indices = array<i64: 3>, strides = array<i64: 1> | | 2xf32 -> 3xf32
        slice (C4) | start_indices = array<i64: 0>, limit_indices = array<i64: 1>, strides = array<i64: 0> | | 2xf32 -> 1xf32
        slice (C5) | start_indices = array<i64: 0>, limit_indices = array<i64: 1>, strides = array<i64: 1> | | 2xf32 -> 2xf32
        sort (C1) | dimension = 0 : i64 | -> i1 | ->
        sort (C2) | dimension = 0 : i64 | f32, f32 -> i1 | 2xf32 -> 2xf64
        sort (C3) | dimension = 0 : i64 | f32, f32, f32, f32 -> i1 | 2xf32, 3xf32 -> 2xf32, 3xf32
        sort (C4) | dimension = 1 : i64 | f32, f32 -> i1 | 2xf32 -> 2xf32
        sort (C5) | dimension = 0 : i64 | f32 -> i1 | 2xf32 -> 2xf32
        sort (C5) | dimension = 0 : i64 | f32, f32 -> f32 | 2xf32 -> 2xf32
        transpose (C1) | permutation = array<i64: 1, 0> | | 2x3xf32 -> 3x2xi32
        transpose (C2) | permutation = array<i64: 0, 0> | | 2x3xf32 -> 3x2xf32
        transpose (C3) | permutation = array<i64: 1, 0> | | 2x3xf32 -> 2x3xf32
        triangular_solve (C1) | left_side = true, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE> | | 2x2xf32, 2x2xf64 -> 2x2xf64
        triangular_solve (C2) | left_side = true, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE> | | 2x2xf32, 2xf32 -> 2xf32
        triangular_solve (C3) | left_side = true, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE> | | 2x2xf32, 3x2xf32 -> 3x2xf32
        triangular_solve (C4) | left_side = true, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE> | | 2x2xf32, 2x2xf32 -> 2x3xf32
        tuple (C1) | | | f32 -> tuple<tensor<f64>>
        uniform_dequantize (C1) | | | 2x!quant.uniform<i8:f32, 0.5> -> 3xf32
        uniform_dequantize (C2) | | | 2x!quant.uniform<i8:f32, 0.5> -> 2xf64
        uniform_quantize (C1) | | | 2xf32 -> 3x!quant.uniform<i8:f32, 0.5>
        uniform_quantize (C2) | | | 2xf64 -> 2x!quant.uniform<i8:f32, 0.5>
        convolution (C1) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3x1xf32 -> 1x2x3xf32
        convolution (C2) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, window_strides = array<i64: 1, 1> | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C3) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, window_strides = array<i64: 0> | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C4) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, padding = dense<0> : tensor<2x2xi64> | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C5) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, lhs_dilation = array<i64: 1, 1> | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C6) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, lhs_dilation = array<i64: 0> | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C7) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, rhs_dilation = array<i64: 1, 1> | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C8) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, rhs_dilation = array<i64: 0> | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C9) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, window_reversal = array<i1: false, false> | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C10) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 2 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x4xf32 -> 1x2x4xf32
        convolution (C11) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 2 : i64 | | 1x4x3xf32, 3x1x4xf32 -> 1x2x4xf32
        convolution (C12) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x2xf32, 3x2x3x3xf32 -> 1x2x2x3xf32
        convolution (C13) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 0, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 2, kernel_spatial_dimensions = [0], output_batch_dimension = 0, output_feature_dimension = 2, output_spatial_dimensions = [1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C14) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x5x3xf32 -> 1x2x3xf32
        convolution (C15) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 2 : i64, feature_group_count = 1 : i64 | | 2x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C16) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 2 : i64 | | 1x4x2xf32, 3x1x3xf32 -> 1x2x3xf32
        convolution (C17) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 2, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 2, kernel_spatial_dimensions = [0, 0], output_batch_dimension = 0, output_feature_dimension = 2, output_spatial_dimensions = [1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C18) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 2, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 1, kernel_spatial_dimensions = [0], output_batch_dimension = 0, output_feature_dimension = 2, output_spatial_dimensions = [1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C19) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 2, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 2, kernel_spatial_dimensions = [0], output_batch_dimension = 0, output_feature_dimension = 2, output_spatial_dimensions = [1, 1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C20) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 2, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 2, kernel_spatial_dimensions = [0], output_batch_dimension = 2, output_feature_dimension = 2, output_spatial_dimensions = [1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C21) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 0 : i64 | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C22) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 0 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C23) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 2 : i64, feature_group_count = 2 : i64 | | 2x4x2xf32, 3x1x2xf32 -> 1x2x2xf32
        convolution (C24) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>] | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3xf32
        convolution (C25) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32 -> 1x3x3xf32
        convolution (C26) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32 -> 1x2x3x1xf32
        dynamic_conv (C1) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3x1xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C2) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, window_strides = array<i64: 1, 1> | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C3) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, window_strides = array<i64: 0> | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C5) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, lhs_dilation = array<i64: 1, 1> | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C6) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, lhs_dilation = array<i64: 0> | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C7) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, rhs_dilation = array<i64: 1, 1> | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C8) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, rhs_dilation = array<i64: 0> | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C9) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, window_reversal = array<i1: false, false> | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C10) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 2 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x4xf32, 1x2xi64 -> 1x2x4xf32
        dynamic_conv (C11) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 2 : i64 | | 1x4x3xf32, 3x1x4xf32, 1x2xi64 -> 1x2x4xf32
        dynamic_conv (C12) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x2xf32, 3x2x3x3xf32, 2x2xi64 -> 1x2x2x3xf32
        dynamic_conv (C13) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 0, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 2, kernel_spatial_dimensions = [0], output_batch_dimension = 0, output_feature_dimension = 2, output_spatial_dimensions = [1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C14) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x5x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C15) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 2 : i64, feature_group_count = 1 : i64 | | 2x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C16) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 2 : i64 | | 1x4x2xf32, 3x1x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C17) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 2, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 2, kernel_spatial_dimensions = [0, 0], output_batch_dimension = 0, output_feature_dimension = 2, output_spatial_dimensions = [1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C18) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 2, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 1, kernel_spatial_dimensions = [0], output_batch_dimension = 0, output_feature_dimension = 2, output_spatial_dimensions = [1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C19) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 2, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 2, kernel_spatial_dimensions = [0], output_batch_dimension = 0, output_feature_dimension = 2, output_spatial_dimensions = [1, 1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C20) | dimension_numbers = #stablehlo.conv<raw input_batch_dimension = 0, input_feature_dimension = 2, input_spatial_dimensions = [1], kernel_input_feature_dimension = 1, kernel_output_feature_dimension = 2, kernel_spatial_dimensions = [0], output_batch_dimension = 2, output_feature_dimension = 2, output_spatial_dimensions = [1]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C21) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 0 : i64 | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C22) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 0 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C23) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 2 : i64, feature_group_count = 2 : i64 | | 2x4x2xf32, 3x1x2xf32, 1x2xi64 -> 1x2x2xf32
        dynamic_conv (C24) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>] | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C4) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32, 2x2xi64 -> 1x2x3xf32
        dynamic_gather (C1) | dimension_numbers = #stablehlo.gather<offset_dims = [1], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 -> 4x2xf32
        dynamic_gather (C2) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 3> | | 3x2xf32, 4x1xi64, 2xi64 -> 4x2xf32
        dynamic_gather (C3) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0, 1], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 -> 4x2xf32
        dynamic_gather (C4) | dimension_numbers = #stablehlo.gather<offset_dims = [2, 1], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 -> 4x1x2xf32
        dynamic_gather (C5) | dimension_numbers = #stablehlo.gather<offset_dims = [4], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 -> 4x2xf32
        dynamic_gather (C7) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [5], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 -> 4x2xf32
        dynamic_gather (C9) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0, 0], index_vector_dim = 1> | | 3x2xf32, 4x2xi64, 2xi64 -> 4x2xf32
        dynamic_gather (C10) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [7], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 -> 4x2xf32
        dynamic_gather (C11) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 3xi64 -> 4x2xf32
        scatter (C12) | scatter_dimension_numbers = #stablehlo.scatter<input_batching_dims = [1, 0], scatter_indices_batching_dims = [0, 1], index_vector_dim = 2> | f32, f32 -> f32 | 3x2xf32, 2x3x0xi64, 2x3xf32 -> 3x2xf32
        scatter (C13) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], input_batching_dims = [5], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 3x1xi64, 3x2xf32 -> 3x2xf32
        scatter (C14) | scatter_dimension_numbers = #stablehlo.scatter<input_batching_dims = [0, 1], scatter_indices_batching_dims = [0, 0], index_vector_dim = 2> | f32, f32 -> f32 | 3x2xf32, 3x2x0xi64, 3x2xf32 -> 3x2xf32
        scatter (C15) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [5], scatter_dims_to_operand_dims = [1], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 3x1xi64, 3x2xf32 -> 3x2xf32
        scatter (C16) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [1], scatter_dims_to_operand_dims = [1], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 3x1xi64, 3x2xf32 -> 3x2xf32
        scatter (C17) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], input_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 3x1xi64, 3x2xf32 -> 3x2xf32
        scatter (C18) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        while (C1) | | f32 -> f32; f32 -> f32 | f32 -> f32
        while (C2) | | f32 -> i1; f32 -> f64 | f32 -> f32
        while (C3) | | f32 -> i1; f32 -> f32 | f32 -> f64
        batch_norm_inference (C4) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 3xf32, 2xf32, 2xf32 -> 2x2xf32
        batch_norm_inference (C5) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32, 3xf32, 2xf32 -> 2x2xf32
        batch_norm_inference (C6) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 2xf32, 2xf32, 3xf32 -> 2x2xf32
        batch_norm_training (C4) | epsilon = 0.1 : f32, feature_index = 0 : i64 | | 2x2xf32, 2xf32, 3xf32 -> 2x2xf32, 2xf32, 2xf32
        collective_broadcast (C4) | $RG, has_dynamic_root | | 2xi32 -> 2xi32
        collective_broadcast (C4) | $RG, has_dynamic_root | | 2xf32, 2xi32 -> 2xf32
        collective_broadcast (C5) | $RG, has_dynamic_root | | 2xf32, 1xi32 -> 2xf32, 2xf32
        concatenate (C5) | dimension = 0 : i64 | | 2xf32, 2xf32 -> 4xf64
        convolution (C27) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf64 -> 1x2x3xf32
        convolution (C28) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x!quant.uniform<i8:f32, 0.5>, 3x2x3x!quant.uniform<i8:f32, 0.5> -> 1x2x3xf32
        convolution (C29) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x!quant.uniform<i8:f32, 0.5>, 3x2x3x!quant.uniform<i8:f32:0, {0.5, 0.5, 0.5}> -> 1x2x3x!quant.uniform<i8:f32, 0.5>
        convolution (C30) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x!quant.uniform<i8:f32, 0.5>, 3x2x3x!quant.uniform<i8:f32:2, {0.5, 0.5, 0.5}> -> 1x2x3x!quant.uniform<i8:f32:1, {0.5, 0.5}>
        convolution (C31) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x!quant.uniform<i8:f32, 0.5>, 3x2x3x!quant.uniform<i4:f32, 0.5> -> 1x2x3x!quant.uniform<i8:f32, 0.5>
        convolution (C32) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x!quant.uniform<i8:f32, 0.5>, 3x2x3x!quant.uniform<i8:f16, 0.5> -> 1x2x3x!quant.uniform<i8:f32, 0.5>
        convolution (C33) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x!quant.uniform<i8:f32, 0.5>, 3x2x3x!quant.uniform<i8:f32, 0.5> -> 1x2x3x!quant.uniform<i8:f32:2, {0.5, 0.5, 0.5}>
        convolution (C34) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3x!quant.uniform<i8:f64, 0.5> -> 1x2x3xf32
        dynamic_conv (C25) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 = dense<0> -> 1x3x3xf32
        dynamic_conv (C26) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf32, 1x2xi64 -> 1x2x3x1xf32
        dynamic_conv (C27) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3xf64, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C28) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x!quant.uniform<i8:f32, 0.5>, 3x2x3x!quant.uniform<i8:f32, 0.5>, 1x2xi64 -> 1x2x3xf32
        dynamic_conv (C31) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x!quant.uniform<i8:f32, 0.5>, 3x2x3x!quant.uniform<i4:f32, 0.5>, 1x2xi64 -> 1x2x3x!quant.uniform<i8:f32, 0.5>
        dynamic_conv (C32) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2x!quant.uniform<i8:f32, 0.5>, 3x2x3x!quant.uniform<i8:f16, 0.5>, 1x2xi64 -> 1x2x3x!quant.uniform<i8:f32, 0.5>
        dynamic_conv (C34) | dimension_numbers = #stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>, batch_group_count = 1 : i64, feature_group_count = 1 : i64 | | 1x4x2xf32, 3x2x3x!quant.uniform<i8:f64, 0.5>, 1x2xi64 -> 1x2x3xf32
        dot_general (C14) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x2x!quant.uniform<i8:f32, 0.5>, 2x2x!quant.uniform<i8:f32, 0.5> -> 2x2xf32
        dot_general (C15) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x2x!quant.uniform<i8:f32, 0.5>, 2x2x!quant.uniform<i8:f32, 0.5:3> -> 2x2x!quant.uniform<i8:f32, 0.5>
        dot_general (C16) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x2x!quant.uniform<i8:f32, 0.5>, 2x2x!quant.uniform<i8:f32:0, {0.5, 0.5}> -> 2x2x!quant.uniform<i8:f32, 0.5>
        dot_general (C17) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x2x!quant.uniform<i8:f32, 0.5>, 2x2x!quant.uniform<i4:f32, 0.5> -> 2x2x!quant.uniform<i8:f32, 0.5>
        dot_general (C18) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x2x!quant.uniform<i8:f32, 0.5>, 2x2x!quant.uniform<i8:f16, 0.5> -> 2x2x!quant.uniform<i8:f32, 0.5>
        dot_general (C19) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x2x!quant.uniform<i8:f32, 0.5>, 2x2x!quant.uniform<i8:f32, 0.5> -> 2x2x!quant.uniform<i8:f32:1, {0.5, 0.5}>
        dot_general (C20) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]> | | 2x2xf32, 2x2x!quant.uniform<i8:f64, 0.5> -> 2x2xf32
        dot_general (C21) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>, precision_config = [#stablehlo<precision HIGH>, #stablehlo<precision HIGH>], algorithm = #stablehlo.dot_algorithm<lhs_precision_type = tf32, rhs_precision_type = tf32, accumulation_type = f32, lhs_component_count = 1, rhs_component_count = 1, num_primitive_operations = 1, allow_imprecise_accumulation = false> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (C22) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>, algorithm = #stablehlo.dot_algorithm<lhs_precision_type = tf32, rhs_precision_type = tf32, accumulation_type = f32, lhs_component_count = 0, rhs_component_count = 1, num_primitive_operations = 1, allow_imprecise_accumulation = false> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (C23) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>, algorithm = #stablehlo.dot_algorithm<lhs_precision_type = tf32, rhs_precision_type = tf32, accumulation_type = f32, lhs_component_count = 1, rhs_component_count = 0, num_primitive_operations = 1, allow_imprecise_accumulation = false> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dot_general (C24) | dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>, algorithm = #stablehlo.dot_algorithm<lhs_precision_type = tf32, rhs_precision_type = tf32, accumulation_type = f32, lhs_component_count = 1, rhs_component_count = 1, num_primitive_operations = 0, allow_imprecise_accumulation = false> | | 2x2xf32, 2x2xf32 -> 2x2xf32
        dynamic_broadcast_in_dim (C6) | broadcast_dimensions = array<i64: 1> | | 2x!quant.uniform<i8:f32:0, {0.5, 0.5}>, 2xi64 -> 2x2x!quant.uniform<i8:f32:0, {0.5, 0.5}>
        dynamic_gather (C6) | dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 0], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 -> 4xf32
        dynamic_gather (C8) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 = dense<[2, 2]> -> 4x2xf32
        dynamic_gather (C12) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 = dense<[1, 9]> -> 4x9xf32
        dynamic_gather (C13) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 -> 5x2xf32
        dynamic_gather (C14) | dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1> | | 3x2xf32, 4x1xi64, 2xi64 -> 4x2xf64
        dynamic_pad (C3) | | | 2xf32, f32, 1xi64 = dense<0>, 1xi64 = dense<0>, 1xi64 = dense<-1> -> 2xf32
        dynamic_pad (C4) | | | 2xf32, f32, 1xi64 = dense<0>, 1xi64 = dense<0>, 1xi64 = dense<0> -> 3xf32
        dynamic_reshape (C3) | | | 2x3x!quant.uniform<i8:f32:0, {0.5, 0.5}>, 2xi64 -> 3x2x!quant.uniform<i8:f32:1, {0.5, 0.5}>
        map (C2) | dimensions = array<i64> | -> f32 | -> 2xf32
        recv (C1) | $PAIRS = dense<[[0, 1, 2]]> : tensor<1x3xi64> | | token -> 2xf32, token
        recv (C2) | $PAIRS = dense<[[0, 1], [0, 2]]> : tensor<2x2xi64> | | token -> 2xf32, token
        recv (C3) | $PAIRS = dense<[[0, 1], [2, 1]]> : tensor<2x2xi64> | | token -> 2xf32, token
        recv (C4) | $PAIRS = dense<[[-1, 1]]> : tensor<1x2xi64> | | token -> 2xf32, token
        send (C1) | $PAIRS = dense<[[0, 1, 2]]> : tensor<1x3xi64> | | 2xf32, token -> token
        send (C2) | $PAIRS = dense<[[0, 1], [0, 2]]> : tensor<2x2xi64> | | 2xf32, token -> token
        send (C3) | $PAIRS = dense<[[0, 1], [2, 1]]> : tensor<2x2xi64> | | 2xf32, token -> token
        send (C4) | $PAIRS = dense<[[-1, 1]]> : tensor<1x2xi64> | | 2xf32, token -> token
        reduce_window (C14) | window_dimensions = array<i64: 1, 1> | f32, f32, f32, f32 -> f32, f32 | 2x2xf32, 2x2xf32, f32, f32 -> 2x2xf32, 2x3xf32
        rng (C3) | rng_distribution = #stablehlo<rng_distribution UNIFORM> | | f32, f32, 1xi64 = dense<2> -> 3xf32
        scatter (C5) | scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1> | f32, f32 -> f32 | 3x2xf32, 3x2xf32, 4x1xi64, 4x2xf32 -> 3x2xf32
        transpose (C4) | permutation = array<i64: 1, 0> | | 2x2x!quant.uniform<i8:f32:0, {0.5, 0.5}> -> 2x2x!quant.uniform<i8:f32:0, {0.5, 0.5}>
        """;
}
