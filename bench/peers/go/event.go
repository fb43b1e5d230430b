package main

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

type address struct {
	Address   string `json:"address"`
	Name      string `json:"name,omitempty"`
	CarrierID string `json:"carrierId,omitempty"`
}

type message struct {
	Type string `json:"type"`
	Text string `json:"text,omitempty"`
}

// Omni's event, as far as these webhooks go.
type event struct {
	Schema           string            `json:"schema"`
	ID               string            `json:"id"`
	Kind             string            `json:"kind"`
	Carrier          string            `json:"carrier"`
	Channel          string            `json:"channel"`
	Tenant           string            `json:"tenant"`
	Account          string            `json:"account"`
	Direction        string            `json:"direction"`
	From             address           `json:"from"`
	To               []address         `json:"to"`
	Conversation     string            `json:"conversation"`
	CarrierMessageID string            `json:"carrierMessageId"`
	OccurredAt       string            `json:"occurredAt"`
	ReceivedAt       string            `json:"receivedAt"`
	DedupeKey        string            `json:"dedupeKey"`
	Message          message           `json:"message"`
	Metadata         map[string]string `json:"metadata,omitempty"`
}

// What a carrier tells of a message.
type told struct {
	carrier, channel, account, id, text string
	from, to                            address
	occurred                            time.Time
	metadata                            map[string]string
}

func makeEvent(t told, now time.Time) event {
	return event{
		Schema: "omni.event.v1", ID: uuidV7(now), Kind: "message", Carrier: t.carrier, Channel: t.channel,
		Tenant: "default", Account: t.account, Direction: "inbound", From: t.from, To: []address{t.to},
		Conversation:     t.carrier + ":" + t.to.Address + ":" + t.from.Address,
		CarrierMessageID: t.id, OccurredAt: iso(t.occurred), ReceivedAt: iso(now),
		DedupeKey: t.carrier + ":default:message:" + t.id,
		Message:   message{Type: "text", Text: t.text}, Metadata: t.metadata,
	}
}

func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func uuidV7(now time.Time) string {
	var bytes [16]byte
	if _, err := rand.Read(bytes[6:]); err != nil {
		panic(err)
	}
	for i, millis := 5, now.UnixMilli(); i >= 0; i, millis = i-1, millis>>8 {
		bytes[i] = byte(millis)
	}
	bytes[6] = bytes[6]&0x0f | 0x70
	bytes[8] = bytes[8]&0x3f | 0x80
	text := hex.EncodeToString(bytes[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
