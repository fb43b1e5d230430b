#include "model/simdjson.h"

#include <simdjson.h>

#include <utility>

namespace omni::inline v0_1 {
namespace internal {
namespace {

using Stages = std::unique_ptr<simdjson::internal::dom_parser_implementation>;

/// simdjson's first stage, which its own DOM and On-Demand parsers begin with.
class Tokenizer final : public JsonTokenizer {
 public:
  Tokenizer(std::size_t capacity, Stages stages)
      : JsonTokenizer(capacity), stages_(std::move(stages)) {}

  [[nodiscard]] std::span<const std::uint32_t> Find(std::string_view text) override {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto error = stages_->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
    if (error != simdjson::SUCCESS) return {};
    return {stages_->structural_indexes.get(), stages_->n_structural_indexes};
  }

 private:
  Stages stages_;
};

}  // namespace

std::unique_ptr<JsonTokenizer> JsonTokenizer::Make(std::size_t capacity) {
  Stages stages;
  const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
      capacity, /*max_depth=*/1, stages);
  if (error != simdjson::SUCCESS) return nullptr;
  return std::make_unique<Tokenizer>(capacity, std::move(stages));
}

}  // namespace internal
}  // namespace omni::inline v0_1
