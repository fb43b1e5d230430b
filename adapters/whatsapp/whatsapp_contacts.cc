#include "whatsapp_contacts.h"

#include <span>
#include <string>
#include <string_view>

#include "whatsapp_fields.h"

namespace omni::inline v0_1 {
namespace whatsapp {
namespace {

std::string ReadName(JsonValue name) {
  if (const std::string_view whole = name["formatted_name"].text(); !whole.empty()) {
    return std::string(whole);
  }
  std::string joined(name["first_name"].text());
  const std::string_view last = name["last_name"].text();
  if (!joined.empty() && !last.empty()) joined.push_back(' ');
  return joined.append(last);
}

Contact ReadContact(JsonValue card) {
  Contact contact;
  contact.name = ReadName(card["name"]);
  for (const JsonValue phone : card["phones"].elements()) {
    if (const auto number = phone["phone"].scalar(); !number.empty()) {
      contact.phones.push_back(NormalizePhone(number));
    }
  }
  for (const JsonValue email : card["emails"].elements()) {
    if (const auto address = email["email"].text(); !address.empty()) {
      contact.emails.emplace_back(address);
    }
  }
  contact.organization = card["org"]["company"].text();
  contact.vcard = card["vcard"].text();
  return contact;
}

// Whether every element of the list, if there is one, has nothing but `name`.
bool ListHasOnly(JsonValue list, std::string_view name) {
  if (!list.exists()) return true;
  if (!list.is_array()) return false;
  for (const JsonValue element : list.elements()) {
    if (!HasOnly(element, std::span(&name, 1))) return false;
  }
  return true;
}

bool ObjectHasOnly(JsonValue object, std::string_view name) {
  return !object.exists() || HasOnly(object, std::span(&name, 1));
}

bool IsFullyRead(JsonValue card) {
  static constexpr std::string_view kMembers[] = {"name", "phones", "emails",
                                                  "org",  "vcard",  "origin"};
  return HasOnly(card, kMembers) && ObjectHasOnly(card["name"], "formatted_name") &&
         ListHasOnly(card["phones"], "phone") && ListHasOnly(card["emails"], "email") &&
         ObjectHasOnly(card["org"], "company");
}

}  // namespace

std::vector<Contact> ReadContacts(JsonValue cards) {
  std::vector<Contact> contacts;
  contacts.reserve(cards.size());
  for (const JsonValue card : cards.elements()) {
    if (card.is_object()) contacts.push_back(ReadContact(card));
  }
  return contacts;
}

bool AreFullyRead(JsonValue cards) {
  for (const JsonValue card : cards.elements()) {
    if (!IsFullyRead(card)) return false;
  }
  return true;
}

}  // namespace whatsapp
}  // namespace omni::inline v0_1
