/// \file
/// Inquiries: what a request asks of the host's stores, and what the stores say.
///
/// Some endpoints answer a question instead of delivering an event: a page of a chat's history, an
/// upload, a change of a mapping. An adapter does no I/O, so it puts the question into its result;
/// the gateway asks the port, and the adapter words the answer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "omni/event.h"

namespace omni::inline v0_1 {

/// The newest messages of one conversation within a window of time.
struct HistoryQuery {
  std::string tenant = {};        ///< filled by the gateway
  std::string account = {};       ///< whose conversation; picks the channel, and so the tenant
  std::string conversation = {};  ///< Event::conversation
  absl::Time from = absl::InfinitePast();
  absl::Time to = absl::InfiniteFuture();  ///< inclusive, as `from` is
  std::size_t limit = 50;
};
struct HistoryPage {
  std::vector<Event> messages = {};  ///< at most the limit: the newest, oldest first
  bool has_more = false;             ///< older ones within the window were cut off
};

/// What an event brings to the history of its conversation.
struct HistoryEntry {
  /// One that revises another and has no Event::message deletes it.
  Event message = {};
  /// It is what the message of that carrier_message_id is now, said before or still to come.
  bool revises = false;
};

/// A file for a conversation.
struct MediaUpload {
  std::string tenant = {};   ///< filled by the gateway
  std::string account = {};  ///< as in HistoryQuery
  std::string conversation = {};
  std::string filename = {};  ///< without directories or control characters
  std::string content_type = {};
  std::string content = {};
};
struct StoredMedia {
  std::string id = {};
  std::string url = {};  ///< where the host serves it
};

/// Says that the webhooks of one of the carrier's accounts belong to another environment.
struct AccountMapping {
  std::string account = {};     ///< Event::account: a WABA id
  std::string target_url = {};  ///< its webhooks are forwarded there, byte for byte
  bool enabled = true;          ///< a disabled one is as good as none
  absl::Time created_at = absl::InfinitePast();
  absl::Time updated_at = absl::InfinitePast();
  friend bool operator==(const AccountMapping&, const AccountMapping&) = default;
};
/// Creates a mapping, or changes what is given of it.
struct MappingChange {
  std::string account = {};
  std::optional<std::string> target_url = {};  ///< required for one that is not there yet
  std::optional<bool> enabled = {};
};
struct MappingRemoval {
  std::string account = {};
};
/// Mappings in the order of their accounts.
struct MappingQuery {
  std::string account = {};  ///< only this one, when given
  std::string after = {};    ///< only accounts beyond this one
  std::size_t limit = 100;
};
struct MappingPage {
  std::vector<AccountMapping> mappings = {};
  bool has_more = false;
};

using Inquiry =
    std::variant<HistoryQuery, MediaUpload, MappingChange, MappingRemoval, MappingQuery>;
/// By kind of inquiry: a page of history, the stored media, the mapping as it is now (or as it was
/// when it was removed), a page of mappings.
using InquiryResult = std::variant<HistoryPage, StoredMedia, AccountMapping, MappingPage>;

}  // namespace omni::inline v0_1
