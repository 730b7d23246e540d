#include "onednn.hpp"

#include <omp.h>

#include <dnnl.hpp>
#include <map>
#include <optional>
#include <unordered_map>

namespace synergy::accel_bench {
namespace {

using DataType = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

dnnl::memory::desc described(const dnnl::memory::dims& dims, DataType type, Tag tag = Tag::any) {
  return {dims, type, tag};
}

dnnl::convolution_forward::primitive_desc describe(const accel_model::Layer& layer,
                                                   const dnnl::engine& engine) {
  const auto& in = layer.pooled;
  const auto& out = layer.output;
  const dnnl::memory::dims padding{layer.pad.rows, layer.pad.columns};
  dnnl::primitive_attr attributes;
  attributes.set_output_scales(0, {1.0f / 128});
  dnnl::post_ops rectify;
  rectify.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
  attributes.set_post_ops(rectify);
  const dnnl::convolution_forward::desc description(
      dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
      described({1, in.channels, in.height, in.width}, DataType::u8),
      described({out.channels, in.channels, layer.kernel.rows, layer.kernel.columns}, DataType::s8),
      described({out.channels}, DataType::s32, Tag::x),
      described({1, out.channels, out.height, out.width}, DataType::u8), {1, 1}, {layer.dilation - 1, 0},
      padding, padding);
  return {description, attributes, engine};
}

class Conv : public OneDnnConv {
 public:
  explicit Conv(const accel_model::Layer& layer)
      : engine_(dnnl::engine::kind::cpu, 0),
        stream_(engine_),
        description_(describe(layer, engine_)),
        conv_(description_) {
    arguments_.emplace(DNNL_ARG_SRC, filled(description_.src_desc()));
    arguments_.emplace(DNNL_ARG_WEIGHTS, filled(description_.weights_desc()));
    arguments_.emplace(DNNL_ARG_BIAS, filled(description_.bias_desc()));
    arguments_.emplace(DNNL_ARG_DST, filled(description_.dst_desc()));
  }

  void run() override {
    conv_.execute(stream_, arguments_);
    stream_.wait();
  }
  [[nodiscard]] std::string code() const override { return description_.impl_info_str(); }

 private:
  // Values do not matter to the time it takes.
  [[nodiscard]] dnnl::memory filled(const dnnl::memory::desc& description) const {
    dnnl::memory memory(description, engine_);
    std::fill_n(static_cast<std::uint8_t*>(memory.get_data_handle()), description.get_size(),
                std::uint8_t{1});
    return memory;
  }

  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::convolution_forward::primitive_desc description_;
  dnnl::convolution_forward conv_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

const std::map<std::string, std::pair<dnnl::cpu_isa, std::string>, std::less<>> kLimits{
    {"AVX3_DL", {dnnl::cpu_isa::avx512_core_vnni, "AVX512_CORE_VNNI"}},
    {"AVX3", {dnnl::cpu_isa::avx512_core, "AVX512_CORE"}},
    {"AVX2", {dnnl::cpu_isa::avx2, "AVX2"}},
    {"SSE4", {dnnl::cpu_isa::sse41, "SSE41"}}};

}  // namespace

std::unique_ptr<OneDnnConv> OneDnnConv::make(const accel_model::Layer& layer) try {
  return std::make_unique<Conv>(layer);
} catch (const dnnl::error&) {  // it has no code for this shape
  return nullptr;
}

Result<std::string> limit_onednn(std::string_view instruction_set) {
  static std::optional<std::string> limited;
  const auto limit = kLimits.find(instruction_set);
  if (limit == kLimits.end())
    return Error{ErrorCode::kUnavailable, "oneDNN can not be kept to " + std::string(instruction_set)};
  if (limited && *limited != instruction_set)
    return Error{ErrorCode::kConflict, "oneDNN was already limited to " + *limited};
  if (!limited && dnnl::set_max_cpu_isa(limit->second.first) != dnnl::status::success)
    return Error{ErrorCode::kConflict, "oneDNN can no longer be limited in this process"};
  limited = instruction_set;
  omp_set_num_threads(1);
  const auto* version = dnnl::version();
  return "oneDNN " + std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->patch) + " limited to " + limit->second.second;
}

}  // namespace synergy::accel_bench
