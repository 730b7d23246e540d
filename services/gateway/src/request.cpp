#include "synergy/gateway/request.hpp"

#include "synergy/schemas/describe.hpp"

namespace synergy::gateway {
namespace {

struct Told {
  std::string code, message;
  static void fields(auto& f) {
    f.required("code", &Told::code, "what kind of error");
    f.required("message", &Told::message, "what was wrong, and what to do");
  }
};
struct ErrorBody {
  Told error;
  static void fields(auto& f) { f.required("error", &ErrorBody::error, "why there is no other answer"); }
};

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kNoFit:
      return 422;
    case ErrorCode::kUnavailable:
    case ErrorCode::kOverloaded:
      return 503;
    case ErrorCode::kTimeout:
      return 504;
    case ErrorCode::kCorrupt:
    case ErrorCode::kEnvironment:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

Answer refusal(int status, std::string_view code, std::string_view message) {
  Answer answer;
  answer.status = status;
  answer.body = schemas::to_json(ErrorBody{{std::string(code), std::string(message)}});
  return answer;
}

Answer answer_of(const Error& error) {
  return refusal(status_of(error.code), name_of(error.code), error.message);
}

}  // namespace synergy::gateway
