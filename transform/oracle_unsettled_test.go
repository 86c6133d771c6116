package transform_test

import (
	"slices"
	"strings"
)

// strict names the measures on which the two agree to the row, with every row that counts nowhere: a difference is a fault.
func strict(kpi string) bool {
	return slices.Contains(strings.Fields("A1 A2 A3 A5 B1 B2 B2.calendar C1 C2 C3 C3.calendar D1 F1 G1 G2 G3 K1 K2"), kpi)
}

// unsettled are measures of which the papers leave a question open that the two answer differently: what differs is told and not
// held against either.
func unsettled() map[string]string {
	return map[string]string{
		"A6":           "is a follow-up done when it is resolved or when it is closed?",
		"C6":           "is a case whose resolve a later reopen made void open at the ends of months between?",
		"D3.attempted": "which tries are documented attempts?",
		"H1":           "who is accountable when the attempt was made by somebody the managers' list does not know?", "H1.interim": "as H1", "H1.revenue": "as H1", "H3": "as H1",
		"D2":        "is a complaint whose customer called it unsolved answered?",
		"E2.outage": "in which form are the unioned outages of a circuit rows?",
		"F2":        "do visits of somebody not assigned cover the customer, and whose are days of more owners than one?",
		"F4":        "do visits of somebody not assigned end the gap?", "F4.share": "as F4",
		"F5": "whose is a plan of which nobody held the longer part?",
		"F7": "as F2", "F8": "whose are days of more owners than one?",
		"I1": "what became of cash that was reversed before the month matured?",
		"I3": "when does a dispute take a bill out, and which periods begin before the first account month?",
		"L1": "has a red-line item without a score failed?", "L1.shopper": "as L1",
		"M2": "what counts while the days of freshness are not set?",
		"P1": "who answers a hand-off to a unit that is not named?",
		"B4": "does a resolve end a pause that nobody ended, when the plan comes after it?",
		"F3": "is a visit on record its visitor's or the customer's owner's?",
		"J5": "is a customer of tier 1-2 that was merged lost?",
		"M6": "are the days of a key customer without an owner owner-days?",
	}
}

// question is what is open about a measure, "" where nothing is. Of a measure that is neither strict nor has a question of
// its own not enough companies have been compared: what differs is told, and a question or a fault follows from it.
func question(kpi string) string {
	if strict(kpi) {
		return ""
	}
	if q := unsettled()[kpi]; q != "" {
		return q
	}
	return "do both read the papers alike?"
}
