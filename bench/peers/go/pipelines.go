// What a user would write for each carrier with Go's standard library: the check that the carrier's
// guide shows, encoding/json into structs, and the same event that omni makes.

package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"
)

// A request as net/http gives it.
type request struct {
	headers http.Header
	body    []byte
}

type secrets struct {
	Secret string `json:"secret"`
	User   string `json:"user"`
}

// Takes a request; false when it is not genuine, or nothing that the carrier sends.
type pipeline func(r request, now time.Time) ([]event, bool)

var makers = map[string]func(s secrets, requestURL string) pipeline{
	"whatsapp": whatsapp, "whatsapp_batch": whatsapp, "twilio": twilio, "messagebird": messagebird,
	"bandwidth": bandwidth,
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func hash(bytes []byte) string {
	sum := sha256.Sum256(bytes)
	return hex.EncodeToString(sum[:])
}

func whatsapp(s secrets, _ string) pipeline {
	type payload struct {
		Entry []struct {
			ID      string `json:"id"`
			Changes []struct {
				Value struct {
					Metadata struct {
						DisplayPhoneNumber string `json:"display_phone_number"`
						PhoneNumberID      string `json:"phone_number_id"`
					} `json:"metadata"`
					Contacts []struct {
						Profile struct {
							Name string `json:"name"`
						} `json:"profile"`
						WaID string `json:"wa_id"`
					} `json:"contacts"`
					Messages []struct {
						From       string `json:"from"`
						FromUserID string `json:"from_user_id"`
						ID         string `json:"id"`
						Timestamp  string `json:"timestamp"`
						Text       struct {
							Body string `json:"body"`
						} `json:"text"`
					} `json:"messages"`
				} `json:"value"`
			} `json:"changes"`
		} `json:"entry"`
	}
	return func(r request, now time.Time) ([]event, bool) {
		mac := hmac.New(sha256.New, []byte(s.Secret))
		mac.Write(r.body)
		if !same("sha256="+hex.EncodeToString(mac.Sum(nil)), r.headers.Get("X-Hub-Signature-256")) {
			return nil, false
		}
		var body payload
		if json.Unmarshal(r.body, &body) != nil {
			return nil, false
		}
		var events []event
		for _, entry := range body.Entry {
			for _, change := range entry.Changes {
				value := &change.Value
				for _, m := range value.Messages {
					seconds, err := strconv.ParseInt(m.Timestamp, 10, 64)
					if err != nil {
						return nil, false
					}
					from := address{Address: "+" + m.From, CarrierID: m.From}
					for _, contact := range value.Contacts {
						if contact.WaID == m.From {
							from.Name = contact.Profile.Name
						}
					}
					events = append(events, makeEvent(told{
						carrier: "whatsapp", channel: "whatsapp", account: entry.ID, id: m.ID, text: m.Text.Body,
						from: from,
						to: address{Address: "+" + value.Metadata.DisplayPhoneNumber,
							CarrierID: value.Metadata.PhoneNumberID},
						occurred: time.Unix(seconds, 0),
						metadata: map[string]string{"phoneNumberId": value.Metadata.PhoneNumberID,
							"userId": m.FromUserID},
					}, now))
				}
			}
		}
		return events, true
	}
}

var twilioKept = []string{"ApiVersion", "FromCity", "FromCountry", "FromState", "FromZip",
	"MessagingServiceSid", "NumSegments", "ToCity", "ToCountry", "ToState", "ToZip"}

func twilio(s secrets, requestURL string) pipeline {
	return func(r request, now time.Time) ([]event, bool) {
		form, err := url.ParseQuery(string(r.body))
		if err != nil {
			return nil, false
		}
		names := make([]string, 0, len(form))
		for name := range form {
			names = append(names, name)
		}
		sort.Strings(names)
		text := requestURL
		for _, name := range names {
			text += name + form.Get(name)
		}
		mac := hmac.New(sha1.New, []byte(s.Secret))
		mac.Write([]byte(text))
		expected := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		if !same(expected, r.headers.Get("X-Twilio-Signature")) {
			return nil, false
		}
		metadata := map[string]string{}
		for _, name := range twilioKept {
			if value := form.Get(name); value != "" {
				metadata[strings.ToLower(name[:1])+name[1:]] = value
			}
		}
		return []event{makeEvent(told{
			carrier: "twilio", channel: "sms", account: form.Get("AccountSid"), id: form.Get("MessageSid"),
			text: form.Get("Body"), from: address{Address: form.Get("From")},
			to: address{Address: form.Get("To")}, occurred: now, metadata: metadata,
		}, now)}, true
	}
}

// The claims of MessageBird's token, where it is one of this key that is valid now.
func messagebirdClaims(token, key string, now time.Time) (claims struct {
	Issuer      string `json:"iss"`
	NotBefore   int64  `json:"nbf"`
	Expires     int64  `json:"exp"`
	URLHash     string `json:"url_hash"`
	PayloadHash string `json:"payload_hash"`
}, valid bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims, false
	}
	decode := func(part string, into any) bool {
		text, err := base64.RawURLEncoding.DecodeString(part)
		return err == nil && json.Unmarshal(text, into) == nil
	}
	var header struct {
		Algorithm string `json:"alg"`
	}
	if !decode(parts[0], &header) || header.Algorithm != "HS256" {
		return claims, false
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(parts[0] + "." + parts[1]))
	if !same(base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), parts[2]) || !decode(parts[1], &claims) {
		return claims, false
	}
	seconds := now.Unix()
	return claims, claims.Issuer == "MessageBird" && claims.NotBefore <= seconds && seconds <= claims.Expires
}

func messagebird(s secrets, requestURL string) pipeline {
	type payload struct {
		Contact struct {
			ID              string `json:"id"`
			DisplayName     string `json:"displayName"`
			CreatedDatetime string `json:"createdDatetime"`
			UpdatedDatetime string `json:"updatedDatetime"`
		} `json:"contact"`
		Conversation struct {
			ID                   string `json:"id"`
			Status               string `json:"status"`
			CreatedDatetime      string `json:"createdDatetime"`
			UpdatedDatetime      string `json:"updatedDatetime"`
			LastReceivedDatetime string `json:"lastReceivedDatetime"`
		} `json:"conversation"`
		Message struct {
			ID              string    `json:"id"`
			ChannelID       string    `json:"channelId"`
			Platform        string    `json:"platform"`
			From            string    `json:"from"`
			To              string    `json:"to"`
			CreatedDatetime time.Time `json:"createdDatetime"`
			UpdatedDatetime string    `json:"updatedDatetime"`
			Content         struct {
				Text string `json:"text"`
			} `json:"content"`
		} `json:"message"`
	}
	return func(r request, now time.Time) ([]event, bool) {
		claims, valid := messagebirdClaims(r.headers.Get("MessageBird-Signature-JWT"), s.Secret, now)
		if !valid || !same(claims.URLHash, hash([]byte(requestURL))) || !same(claims.PayloadHash, hash(r.body)) {
			return nil, false
		}
		var body payload
		if json.Unmarshal(r.body, &body) != nil {
			return nil, false
		}
		m, conversation, contact := &body.Message, &body.Conversation, &body.Contact
		return []event{makeEvent(told{
			carrier: "messagebird", channel: m.Platform, account: m.ChannelID, id: m.ID, text: m.Content.Text,
			from: address{Address: m.From, Name: contact.DisplayName}, to: address{Address: m.To},
			occurred: m.CreatedDatetime,
			metadata: map[string]string{
				"conversationId": conversation.ID, "updatedDatetime": m.UpdatedDatetime,
				"conversationStatus":               conversation.Status,
				"conversationCreatedDatetime":      conversation.CreatedDatetime,
				"conversationUpdatedDatetime":      conversation.UpdatedDatetime,
				"conversationLastReceivedDatetime": conversation.LastReceivedDatetime,
				"contactId":                        contact.ID, "contactCreatedDatetime": contact.CreatedDatetime,
				"contactUpdatedDatetime": contact.UpdatedDatetime,
			},
		}, now)}, true
	}
}

func bandwidth(s secrets, requestURL string) pipeline {
	type callback struct {
		Time    string `json:"time"`
		To      string `json:"to"`
		Message struct {
			ID            string `json:"id"`
			ApplicationID string `json:"applicationId"`
			Time          string `json:"time"`
			SegmentCount  int    `json:"segmentCount"`
			From          string `json:"from"`
			Text          string `json:"text"`
		} `json:"message"`
	}
	expected := "Basic " + base64.StdEncoding.EncodeToString([]byte(s.User+":"+s.Secret))
	destination, _ := url.PathUnescape(path.Base(requestURL))
	return func(r request, now time.Time) ([]event, bool) {
		var callbacks []callback
		if !same(expected, r.headers.Get("Authorization")) || json.Unmarshal(r.body, &callbacks) != nil {
			return nil, false
		}
		events := make([]event, 0, len(callbacks))
		for i := range callbacks {
			item, m := &callbacks[i], &callbacks[i].Message
			occurred, err := time.Parse(time.RFC3339, m.Time)
			if err != nil {
				return nil, false
			}
			metadata := map[string]string{"destination": destination,
				"segmentCount": strconv.Itoa(m.SegmentCount)}
			if item.Time != m.Time {
				metadata["callbackTime"] = item.Time
			}
			events = append(events, makeEvent(told{
				carrier: "bandwidth", channel: "sms", account: m.ApplicationID, id: m.ID, text: m.Text,
				from: address{Address: m.From}, to: address{Address: item.To}, occurred: occurred,
				metadata: metadata,
			}, now))
		}
		return events, true
	}
}
