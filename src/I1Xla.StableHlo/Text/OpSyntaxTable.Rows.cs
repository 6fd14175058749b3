namespace I1Xla.StableHlo.Text;

/// <summary>
/// How each known operation is written: its name, its inherent attributes (those that the generic form puts in
/// <c>&lt;{…}&gt;</c>), and its own syntax, empty where it has only the generic form. Facts from the assembly formats of the
/// dialects' definitions (StableHLO, CHLO, check, Shardy, func, builtin).
/// </summary>
/// <remarks>
/// A syntax is a list of parts: <c>%1 %2 %3</c> that many operands, <c>%*</c> any number, <c>%*,</c> any number with a comma
/// after each; <c>kind:name</c> an attribute; <c>attrs</c> the other attributes; <c>[[ … ]]</c> only when the attribute in it
/// is there; a word ending in <c>=</c> takes no blanks around the sign; <c>!word</c> a syntax of its own in code. What
/// follows <c>:</c> is how the types are given: <c>func</c> a function type, <c>same</c> one type for all where they agree,
/// and so on (see <see cref="TypeSyntax"/>). Anything else stands for itself.
/// </remarks>
internal static partial class OpSyntaxTable
{
    private const string Rows = """
        builtin.module | sym_name,sym_visibility | !module
        builtin.unrealized_conversion_cast |  | %* attrs : cast
        func.call | arg_attrs,callee,no_inline,res_attrs | symref:callee ( %* ) attrs : func
        func.constant | value | attrs symref:value : result
        func.func | arg_attrs,function_type,no_inline,res_attrs,sym_name,sym_visibility | !func
        func.return |  | attrs %* operand_types
        stablehlo.abs |  | %1 attrs : same
        stablehlo.add |  | %2 attrs : same
        stablehlo.after_all |  | %* attrs : same
        stablehlo.all_gather | all_gather_dim,channel_handle,replica_groups,use_global_device_ids |
        stablehlo.all_reduce | channel_handle,replica_groups,use_global_device_ids |
        stablehlo.all_to_all | channel_handle,concat_dimension,replica_groups,split_count,split_dimension |
        stablehlo.and |  | %2 attrs : same
        stablehlo.async_done |  |
        stablehlo.async_start |  |
        stablehlo.atan2 |  | %2 attrs : same
        stablehlo.batch_norm_grad | epsilon,feature_index |
        stablehlo.batch_norm_inference | epsilon,feature_index |
        stablehlo.batch_norm_training | epsilon,feature_index |
        stablehlo.bitcast_convert |  | %1 attrs : func
        stablehlo.broadcast | broadcast_sizes | %1 , sizes = dims:broadcast_sizes attrs : func
        stablehlo.broadcast_in_dim | broadcast_dimensions | %1 , dims = dims:broadcast_dimensions attrs : func
        stablehlo.case |  |
        stablehlo.cbrt | result_accuracy | %1 attrs : same
        stablehlo.ceil |  | %1 attrs : same
        stablehlo.cholesky | lower | %1 [[ , lower = bool:lower ]] attrs : same
        stablehlo.clamp |  | %3 attrs : same
        stablehlo.collective_broadcast | channel_handle,has_dynamic_root,replica_groups |
        stablehlo.collective_permute | channel_handle,source_target_pairs |
        stablehlo.collective_reduce | channel_handle,has_dynamic_root,replica_groups,use_global_device_ids |
        stablehlo.compare | compare_type,comparison_direction | enum:comparison_direction:comparison_direction , %2 [[ , enum:comparison_type:compare_type ]] attrs : func
        stablehlo.complex |  | %2 attrs : complex
        stablehlo.composite | composite_attributes,decomposition,name,version | str:name %* regions attrs : func
        stablehlo.concatenate | dimension | %*, dim = i64:dimension attrs : func
        stablehlo.constant | value | !constant
        stablehlo.convert |  | %1 attrs : same
        stablehlo.convolution | batch_group_count,dimension_numbers,feature_group_count,lhs_dilation,padding,precision_config,rhs_dilation,window_reversal,window_strides | ( %* ) dim_numbers = conv:dimension_numbers , window = { window } attrs : func
        stablehlo.cosine | result_accuracy | %1 attrs : same
        stablehlo.count_leading_zeros |  | %1 attrs : same
        stablehlo.create_token |  | attrs : result
        stablehlo.cross-replica-sum | replica_groups |
        stablehlo.custom_call | api_version,backend_config,call_target_name,called_computations,has_side_effect,operand_layouts,output_operand_aliases,result_layouts,result_tilings | symbol:call_target_name ( %* ) attrs : func
        stablehlo.divide |  | %2 attrs : same
        stablehlo.dot | precision_config | %2 precision attrs : func
        stablehlo.dot_general | algorithm,dot_dimension_numbers,precision_config | %2 , dot_dims precision_algorithm attrs : func
        stablehlo.dynamic_broadcast_in_dim | broadcast_dimensions,known_expanding_dimensions,known_nonexpanding_dimensions | %2 , dims = dims:broadcast_dimensions attrs : func
        stablehlo.dynamic_conv | batch_group_count,dimension_numbers,feature_group_count,lhs_dilation,precision_config,rhs_dilation,window_reversal,window_strides |
        stablehlo.dynamic_gather | dimension_numbers,indices_are_sorted |
        stablehlo.dynamic_iota | iota_dimension | %1 , dim = i64:iota_dimension attrs : func
        stablehlo.dynamic_pad |  | %* attrs : func
        stablehlo.dynamic_reshape |  | %* attrs : func
        stablehlo.dynamic_slice | slice_sizes | %1 , %*, sizes = dims:slice_sizes attrs : func
        stablehlo.dynamic_update_slice |  | %* attrs : func
        stablehlo.einsum | einsum_config | %2 , config = str:einsum_config attrs : func
        stablehlo.exponential | result_accuracy | %1 attrs : same
        stablehlo.exponential_minus_one | result_accuracy | %1 attrs : same
        stablehlo.fft | fft_length,fft_type | %1 , type = enum:fft_type:fft_type , length = dims:fft_length attrs : func
        stablehlo.floor |  | %1 attrs : same
        stablehlo.gather | dimension_numbers,indices_are_sorted,slice_sizes |
        stablehlo.get_dimension_size | dimension | %1 , dim = i64:dimension attrs : func
        stablehlo.get_tuple_element | index | %1 [ i32:index ] attrs : func
        stablehlo.if |  |
        stablehlo.imag |  | %1 attrs : same
        stablehlo.infeed | infeed_config,layout |
        stablehlo.iota | iota_dimension | dim = i64:iota_dimension attrs : result
        stablehlo.is_finite |  | %1 attrs : func
        stablehlo.log | result_accuracy | %1 attrs : same
        stablehlo.log_plus_one | result_accuracy | %1 attrs : same
        stablehlo.logistic | result_accuracy | %1 attrs : same
        stablehlo.map | dimensions |
        stablehlo.maximum |  | %2 attrs : same
        stablehlo.minimum |  | %2 attrs : same
        stablehlo.multiply |  | %2 attrs : same
        stablehlo.negate |  | %1 attrs : same
        stablehlo.not |  | %1 attrs : same
        stablehlo.optimization_barrier |  | barrier
        stablehlo.or |  | %2 attrs : same
        stablehlo.outfeed | outfeed_config |
        stablehlo.pad | edge_padding_high,edge_padding_low,interior_padding | %2 , low = dims:edge_padding_low , high = dims:edge_padding_high , interior = dims:interior_padding attrs : func
        stablehlo.partition_id |  | attrs : result
        stablehlo.popcnt |  | %1 attrs : same
        stablehlo.power |  | %2 attrs : same
        stablehlo.real |  | %1 attrs : same
        stablehlo.real_dynamic_slice |  | %* attrs : func
        stablehlo.recv | channel_handle,is_host_transfer,source_target_pairs |
        stablehlo.reduce | dimensions | !reduce
        stablehlo.reduce_precision | exponent_bits,mantissa_bits | %1 , format = exponent_mantissa attrs : same
        stablehlo.reduce_scatter | channel_handle,replica_groups,scatter_dimension,use_global_device_ids |
        stablehlo.reduce_window | base_dilations,padding,window_dilations,window_dimensions,window_strides |
        stablehlo.remainder |  | %2 attrs : same
        stablehlo.replica_id |  | attrs : result
        stablehlo.reshape |  | %1 attrs : func
        stablehlo.return |  | %* attrs operand_types
        stablehlo.reverse | dimensions | %1 , dims = dims:dimensions attrs : same
        stablehlo.rng | rng_distribution | %3 , distribution = enum:rng_distribution:rng_distribution attrs : func
        stablehlo.rng_bit_generator | rng_algorithm | %1 , algorithm = enum:rng_algorithm:rng_algorithm attrs : func
        stablehlo.round_nearest_afz |  | %1 attrs : same
        stablehlo.round_nearest_even |  | %1 attrs : same
        stablehlo.rsqrt | result_accuracy | %1 attrs : same
        stablehlo.scatter | indices_are_sorted,scatter_dimension_numbers,unique_indices |
        stablehlo.select |  | %* attrs : select
        stablehlo.select_and_scatter | padding,window_dimensions,window_strides |
        stablehlo.send | channel_handle,is_host_transfer,source_target_pairs |
        stablehlo.set_dimension_size | dimension | %2 , dim = i64:dimension attrs : func
        stablehlo.shift_left |  | %2 attrs : same
        stablehlo.shift_right_arithmetic |  | %2 attrs : same
        stablehlo.shift_right_logical |  | %2 attrs : same
        stablehlo.sign |  | %1 attrs : same
        stablehlo.sine | result_accuracy | %1 attrs : same
        stablehlo.slice | limit_indices,start_indices,strides | %1 slice attrs : func
        stablehlo.sort | dimension,is_stable |
        stablehlo.sqrt | result_accuracy | %1 attrs : same
        stablehlo.subtract |  | %2 attrs : same
        stablehlo.tan | result_accuracy | %1 attrs : same
        stablehlo.tanh | result_accuracy | %1 attrs : same
        stablehlo.torch_index_select | batch_dims,dim |
        stablehlo.transpose | permutation | %1 , dims = dims:permutation attrs : func
        stablehlo.triangular_solve | left_side,lower,transpose_a,unit_diagonal |
        stablehlo.tuple |  | %* attrs : tuple
        stablehlo.unary_einsum | einsum_config | %1 , config = str:einsum_config attrs : func
        stablehlo.uniform_dequantize |  | %1 attrs : same
        stablehlo.uniform_quantize |  | %1 attrs : same
        stablehlo.while |  | !while
        stablehlo.xor |  | %2 attrs : same
        chlo._asin_acos_kernel |  | %1 attrs : arrow
        chlo.acos |  | %1 attrs : arrow
        chlo.acosh |  | %1 attrs : arrow
        chlo.asin |  | %1 attrs : arrow
        chlo.asinh |  | %1 attrs : arrow
        chlo.atan |  | %1 attrs : arrow
        chlo.atanh |  | %1 attrs : arrow
        chlo.bessel_i1e |  | %1 attrs : arrow
        chlo.broadcast_add | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_and | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_atan2 | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_compare | broadcast_dimensions,compare_type,comparison_direction | %2 attrs : func
        chlo.broadcast_complex | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_divide | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_maximum | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_minimum | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_multiply | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_next_after | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_or | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_polygamma | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_power | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_remainder | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_select |  | %3 attrs : func
        chlo.broadcast_shift_left | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_shift_right_arithmetic | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_shift_right_logical | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_subtract | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_xor | broadcast_dimensions | %2 attrs : func
        chlo.broadcast_zeta | broadcast_dimensions | %2 attrs : func
        chlo.conj |  | %1 attrs : arrow
        chlo.constant | value | attrs elements:value
        chlo.constant_like | value |
        chlo.cosh |  | %1 attrs : arrow
        chlo.digamma |  | %1 attrs : arrow
        chlo.erf |  | %1 attrs : arrow
        chlo.erf_inv |  | %1 attrs : arrow
        chlo.erfc |  | %1 attrs : arrow
        chlo.is_inf |  | %1 attrs : arrow
        chlo.is_neg_inf |  | %1 attrs : arrow
        chlo.is_pos_inf |  | %1 attrs : arrow
        chlo.lgamma |  | %1 attrs : arrow
        chlo.mulhi |  | %2 attrs : arrow
        chlo.next_after |  | %2 attrs : arrow
        chlo.polygamma |  | %2 attrs : arrow
        chlo.ragged_dot | precision_config,ragged_dot_dimension_numbers |
        chlo.scan | dimension,is_associative,is_reverse,operandSegmentSizes,resultSegmentSizes,scan_dim_size | !scan
        chlo.sinh |  | %1 attrs : arrow
        chlo.square |  | %1 attrs : arrow
        chlo.tan |  | %1 attrs : arrow
        chlo.top_k | is_stable,k | ( %1 , k = i64:k [[ , is_stable = bool:is_stable ]] ) attrs : top_k
        chlo.zeta |  | %2 attrs : arrow
        check.expect_almost_eq | tolerance | %2 [[ , tolerance = f64:tolerance ]] attrs : operand
        check.expect_almost_eq_const | tolerance,value | %1 , elements:value [[ , tolerance = f64:tolerance ]] attrs
        check.expect_close | max_ulp_difference,min_ulp_difference | %2 , max_ulp_difference = ui64:max_ulp_difference [[ , min_ulp_difference = ui64:min_ulp_difference ]] : attrs operands
        check.expect_eq |  | %2 attrs : operand
        check.expect_eq_const | value | %1 , elements:value attrs
        check.expect_serialized_eq | iteration,probe_id | %1 , probe_id = str:probe_id [[ , iter = ui32:iteration ]] attrs : operand
        sdy.all_gather | gathering_axes,out_sharding | sdy_axis_lists:gathering_axes %1 out_sharding= sdy_sharding:out_sharding attrs : result_same
        sdy.all_reduce | out_sharding,reduction_axes,reduction_op | reduction:reduction_op sdy_axes:reduction_axes %1 out_sharding= sdy_sharding:out_sharding attrs : result_same
        sdy.all_slice | out_sharding,slicing_axes | sdy_axis_lists:slicing_axes %1 out_sharding= sdy_sharding:out_sharding attrs : result_same
        sdy.all_to_all | out_sharding,params | sdy_params:params %1 out_sharding= sdy_sharding:out_sharding attrs : result_same
        sdy.collective_permute | out_sharding | %1 out_sharding= sdy_sharding:out_sharding attrs : result_same
        sdy.constant | value | !constant
        sdy.data_flow_edge | sharding | %1 [[ sharding= sdy_sharding:sharding ]] attrs : result_same
        sdy.func_data_flow_edge |  | %1 attrs : result_same
        sdy.manual_computation | in_shardings,manual_axes,out_shardings | !manual_computation
        sdy.mesh | mesh,sym_name | symbol:sym_name = sdy_mesh:mesh attrs
        sdy.named_computation | in_shardings,name,out_shardings | !named_computation
        sdy.propagation_barrier | allowed_direction | %1 allowed_direction= direction:allowed_direction attrs : result_same
        sdy.reduce_scatter | out_sharding,reduce_scatter_axes,reduction_op | reduction:reduction_op sdy_axis_lists:reduce_scatter_axes %1 out_sharding= sdy_sharding:out_sharding attrs : result_same
        sdy.replicated_to_unreduced | axes,out_sharding | sdy_axes:axes %1 out_sharding= sdy_sharding:out_sharding attrs : result_same
        sdy.reshard | sharding | %1 sdy_sharding:sharding attrs : result_same
        sdy.return |  | attrs %* operand_types
        sdy.sharded_to_unreduced | axes,out_sharding | sdy_axis_lists:axes %1 out_sharding= sdy_sharding:out_sharding attrs : result_same
        sdy.sharding_constraint | sharding | %1 sdy_sharding:sharding attrs : result_same
        sdy.sharding_group | group_id | %1 group_id= i64:group_id attrs : operand
        arith.constant | value | attrs typed:value
        tensor.cast |  | %1 attrs : cast
        tensor.dim |  | attrs %2 : dim
        interpreter.print |  | %1 attrs : operand
        interpreter.probe | probe_id | %1 , probe_id = str:probe_id attrs : result_same
        arith.addf |  | %2 attrs : same
        arith.addi |  | %2 attrs : same
        arith.index_cast |  | %1 attrs : cast
        arith.muli |  | %2 attrs : same
        arith.subi |  | %2 attrs : same
        shape.num_elements |  | %1 attrs : arrow
        shape.shape_of |  | %1 attrs : arrow
        """;
}
