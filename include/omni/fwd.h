/// \file
/// Forward declarations of the public classes, which users must not write themselves because of the
/// inline namespace.
#pragma once

namespace omni::inline v0_1 {

struct ErrorDetail;
class HttpHeaders;
struct WebhookRequest;
struct HttpRequest;
struct HttpResponse;
class Secret;
class Key;
class KeyRing;
class KeySet;
class SignedRequest;
struct Explanation;
class JsonDocument;
class JsonValue;
class JsonWriter;
struct Event;

class Clock;
class Entropy;
class HttpClient;
class QueueSink;
class QueueSource;
class IdempotencyStore;
class SecretsProvider;
class Observer;

class ChannelAdapter;
class AdapterFactory;
class AdapterRegistry;
class Gateway;

}  // namespace omni::inline v0_1
