#include "explain/print_trace.h"

#include <algorithm>
#include <string_view>

#include "omni/json.h"
#include "omni/support/phone.h"
#include "omni/support/url.h"

namespace host {
namespace {

constexpr std::size_t kIndent = 11;

// A line with what it is about in front; empty: it goes on about the same.
void Line(std::string_view about, std::string_view text, std::string& out) {
  std::string begin(about);
  begin.resize(std::max(kIndent, begin.size() + 1), ' ');
  // Nothing that a stranger wrote moves the cursor.
  for (const char c : begin.append(text)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    out.push_back(control ? '?' : c);
  }
  out.push_back('\n');
}

void AddChannel(const ChannelTrace& channel, std::string& out) {
  Line("channel", channel.id + " at " + channel.endpoint, out);
  if (!channel.external_url.empty()) Line("url", channel.external_url, out);
  for (const omni::ExplanationStep& step : channel.steps.steps) {
    Line("",
         (step.passed ? "yes  " : "no   ") + step.step +
             (step.detail.empty() ? "" : ": " + step.detail),
         out);
  }
  Line(channel.verified ? "proved" : "unproved",
       channel.verified ? "by " + channel.verdict : channel.verdict, out);
}

void AddFindings(const Findings& findings, std::string& out) {
  for (const Diagnosis& cause : findings.causes) {
    Line("cause", cause.what + " [" + cause.cause + "]", out);
    if (!cause.evidence.empty()) Line("  evidence", cause.evidence, out);
    Line("  to do", cause.fix, out);
  }
  for (const std::string& each : findings.ruled_out) Line("ruled out", each, out);
}

void Member(omni::JsonWriter& writer, std::string_view key, std::string_view text) {
  writer.Key(key);
  writer.String(text);
}

void WriteChannels(const Trace& trace, omni::JsonWriter& writer) {
  writer.Key("channels");
  writer.BeginArray();
  for (const ChannelTrace& channel : trace.channels) {
    writer.BeginObject();
    Member(writer, "id", channel.id);
    Member(writer, "endpoint", channel.endpoint);
    Member(writer, "url", channel.external_url);
    writer.Key("verified");
    writer.Bool(channel.verified);
    Member(writer, "verdict", channel.verdict);
    writer.Key("steps");
    writer.BeginArray();
    for (const omni::ExplanationStep& step : channel.steps.steps) {
      writer.BeginObject();
      Member(writer, "step", step.step);
      writer.Key("passed");
      writer.Bool(step.passed);
      Member(writer, "detail", step.detail);
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteEvents(const Trace& trace, omni::JsonWriter& writer) {
  writer.Key("events");
  writer.BeginArray();
  for (const EventTrace& event : trace.events) {
    writer.BeginObject();
    Member(writer, "queue", event.queue);
    Member(writer, "group", event.group);
    writer.Key("event");
    writer.Raw(event.body);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("ignored");
  writer.BeginArray();
  for (const std::string& each : trace.ignored) writer.String(each);
  writer.EndArray();
}

}  // namespace

void WriteFindings(const Findings& findings, omni::JsonWriter& writer) {
  writer.Key("causes");
  writer.BeginArray();
  for (const Diagnosis& cause : findings.causes) {
    writer.BeginObject();
    Member(writer, "cause", cause.cause);
    Member(writer, "what", cause.what);
    Member(writer, "evidence", cause.evidence);
    Member(writer, "fix", cause.fix);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("ruledOut");
  writer.BeginArray();
  for (const std::string& each : findings.ruled_out) writer.String(each);
  writer.EndArray();
}

std::string TraceText(const Trace& trace, const omni::WebhookRequest& request) {
  std::string out;
  const std::string_view type = request.headers.Find("Content-Type").value_or("no content type");
  Line("request",
       std::string(omni::HttpMethodName(request.method)) + " " +
           omni::MaskDigits(omni::RedactUrl(request.target)) + ", " +
           std::to_string(request.body.size()) + " bytes, " + std::string(type),
       out);
  if (trace.channels.empty()) Line("channel", "none listens there", out);
  if (!trace.own_path.empty()) {
    AddFindings(trace.findings, out);
    return out;
  }
  for (const ChannelTrace& channel : trace.channels) AddChannel(channel, out);
  std::string answer = std::to_string(trace.status);
  if (!trace.accepted) answer += " " + trace.reason + ": " + trace.message;
  if (trace.authentication == "shadow" || trace.authentication == "insecure") {
    answer += ", let through: " + trace.authentication;
  }
  Line(trace.accepted ? "accepted" : "refused", answer, out);
  AddFindings(trace.findings, out);
  for (const EventTrace& event : trace.events) Line("event", event.queue + " " + event.body, out);
  for (const std::string& each : trace.ignored) Line("ignored", each, out);
  if (trace.accepted && trace.events.empty()) Line("events", "none", out);
  return out;
}

std::string TraceJson(const Trace& trace) {
  std::string out;
  omni::JsonWriter writer(out);
  writer.BeginObject();
  writer.Key("accepted");
  writer.Bool(trace.accepted);
  if (trace.own_path.empty()) {
    writer.Key("status");
    writer.Int(trace.status);
  } else {
    Member(writer, "ownPath", trace.own_path);
  }
  Member(writer, "adapter", trace.adapter);
  Member(writer, "channel", trace.channel);
  Member(writer, "tenant", trace.tenant);
  Member(writer, "authentication", trace.authentication);
  Member(writer, "keyId", trace.key_id);
  Member(writer, "reason", trace.reason);
  Member(writer, "message", trace.message);
  Member(writer, "client", trace.client);
  WriteChannels(trace, writer);
  WriteFindings(trace.findings, writer);
  WriteEvents(trace, writer);
  writer.EndObject();
  return out;
}

}  // namespace host
