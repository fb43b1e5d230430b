/// \file
/// Provenance in the type system: what a signature covers is `Signed<T>`, what a stranger merely
/// says is `Claimed<T>`, and nothing turns the one into the other by accident.
///
/// Routing, tenants and dedupe keys are built from signed data. A claim is good for looking
/// something up (which account's key should I try?) and for nothing else, unless an adapter says in
/// code, with a reason, that it accepts it: TrustClaim.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "omni/export.h"
#include "omni/http.h"

namespace omni::inline v0_1 {

/// Something a stranger says. Does not convert to `T`.
template <class T>
class Claimed {
 public:
  Claimed() = default;
  explicit Claimed(T value) : value_(std::move(value)) {}

  /// The value, for lookups and messages. The name is the warning.
  [[nodiscard]] const T& unverified() const& { return value_; }
  [[nodiscard]] T unverified() && { return std::move(value_); }

 private:
  T value_{};
};

class SignedRequest;

/// Evidence that a request was verified. Only a SignedRequest makes one.
class Proof {
 private:
  friend class SignedRequest;
  Proof() = default;
};

/// Something that follows from what a signature covers.
///
/// Thread safety: as `T`.
template <class T>
class Signed {
 public:
  Signed(const Proof&, const T& value) : value_(value) {}
  Signed(const Proof&, T&& value) : value_(std::move(value)) {}

  [[nodiscard]] const T& operator*() const& { return value_; }
  [[nodiscard]] T&& operator*() && { return std::move(value_); }
  [[nodiscard]] const T* operator->() const { return &value_; }

  /// What `function` makes of the value is as signed as the value is.
  template <class F>
  [[nodiscard]] auto Map(F&& function) const {
    using U = std::decay_t<std::invoke_result_t<F, const T&>>;
    return Signed<U>(typename Signed<U>::Derived{}, std::forward<F>(function)(value_));
  }

  /// Changes the value in place, for example to stamp an id.
  template <class F>
  void Amend(F&& function) {
    std::forward<F>(function)(value_);
  }

 private:
  template <class>
  friend class Signed;
  struct Derived {};
  Signed(Derived, T value) : value_(std::move(value)) {}

  T value_;
};

/// Accepts a claim as if it had been signed. `reason` is for the reader of the code: say why a
/// forged value does no harm here.
template <class T>
[[nodiscard]] Signed<T> TrustClaim(const Proof& proof, const Claimed<T>& claim,
                                   [[maybe_unused]] std::string_view reason) {
  return Signed<T>(proof, claim.unverified());
}

/// Which parts of a request a carrier's signature covers.
struct Coverage {
  bool body = false;
  bool url = false;  ///< scheme, host, path and query as the carrier requested them
  /// The parameters of the query alone, not the order of their names; `url` includes them.
  bool query = false;
};

/// A request that has passed verification, seen through what the signature covers: covered parts
/// come out as Signed, the rest as Claimed.
///
/// Lifetime: borrows the request; use it within the call that handed it out.
class OMNI_EXPORT SignedRequest {
 public:
  SignedRequest(const WebhookRequest& request, std::string_view external_url, Coverage coverage)
      : request_(&request), external_url_(external_url), coverage_(coverage) {}

  [[nodiscard]] const Proof& proof() const { return proof_; }
  [[nodiscard]] HttpMethod method() const { return request_->method; }

  /// The body, when it is covered.
  [[nodiscard]] std::optional<Signed<std::string_view>> body() const;
  /// The URL that the carrier requested, when it is covered.
  [[nodiscard]] std::optional<Signed<std::string_view>> url() const;
  /// The query of that URL, or of the target where the URL is not known, when it is covered.
  [[nodiscard]] std::optional<Signed<std::string_view>> query() const;

  [[nodiscard]] Claimed<std::string_view> claimed_body() const;
  [[nodiscard]] Claimed<std::string_view> claimed_target() const;
  /// A header; headers are never covered. Empty when absent.
  [[nodiscard]] Claimed<std::string_view> claimed_header(std::string_view name) const;

  /// Marks what was derived from the covered parts.
  template <class T>
  [[nodiscard]] auto Prove(T&& value) const {
    return Signed<std::decay_t<T>>(proof_, std::forward<T>(value));
  }

 private:
  const WebhookRequest* request_;
  std::string_view external_url_;
  Coverage coverage_;
  Proof proof_;
};

}  // namespace omni::inline v0_1
