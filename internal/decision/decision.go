// Package decision keeps what people decide that changes a number: tiers, targets, waivers, breaches, rules, disputes and
// closed periods, each a line of a journal in the archive with who, when and why. The journal is the feed decisions; a
// decision of a kind that has a feed is a row of that feed, too. Nothing else holds a decision, so the archive alone is
// enough to have every one of them again.
//
// It promises: a decision is made by a person whose role gives the verb of its kind, and is in the audit; one that needs
// an earlier decision answers exactly one that stands and that nobody else has answered, however many decide at once; who
// must be somebody else is somebody else. It must not know the warehouse: how decisions come into tables is ingest's.
package decision

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/journal"
)

// Decision is one line of the journal.
type Decision struct {
	ID       string            `json:"decision_id"` // D000012: D and the number of its line
	Kind     string            `json:"kind"`
	Subject  string            `json:"subject"` // what it is about: a customer, a manager, a KPI, a row, a period, a rule
	By       string            `json:"by"`      // id of the person
	ByName   string            `json:"by_name"`
	At       string            `json:"at"` // RFC 3339, in the configured zone
	Reason   string            `json:"reason"`
	Payload  map[string]string `json:"payload"` // by column of its kind; the decision that it answers stands under answers
	Previous string            `json:"previous_hash"`
}

// Answers is the decision that d answers, "" for none.
func (d Decision) Answers() string { return d.Payload[answersColumn] }

// day is the civil day of d.
func (d Decision) day() string {
	day, _, _ := strings.Cut(d.At, "T")
	return day
}

// Kept is the SHA-256 of what d is about where the archive keeps it: a reviewed sheet, a drawn list; else "".
func (d Decision) Kept() string {
	switch d.Kind {
	case AssessReview:
		return d.Payload[sheetColumn]
	case SampleDraw:
		return d.Payload[listColumn]
	}
	return ""
}

// Row is d as a row of the feed of decisions, by column; the payload is JSON text with its keys in order.
func (d Decision) Row() (map[string]string, error) {
	var payload strings.Builder
	enc := json.NewEncoder(&payload)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d.Payload); err != nil {
		return nil, fmt.Errorf("decision %s: %w", d.ID, err)
	}
	return map[string]string{"decision_id": d.ID, "kind": d.Kind, "subject": d.Subject, "by": d.By, "by_name": d.ByName, "at": d.At,
		"reason": d.Reason, "payload": strings.TrimSpace(payload.String()), "previous_hash": d.Previous}, nil
}

// answersColumn is the column of a payload that names the decision it answers.
const answersColumn = "answers"

// History is all decisions, in the order in which they were made.
type History struct {
	all    []Decision
	hashes []string // of the lines
	number map[string]int
	out    map[string]string   // decision -> the one that withdraws it
	after  map[string][]string // decision -> those that answer it
}

// Journal is where the decisions of an installation are kept.
func Journal(c config.Config) journal.File { return journal.At(JournalPath(c)) }

// JournalPath is the file of [Journal].
func JournalPath(c config.Config) string { return c.Dir("archive") + "/" + FileName }

// FileName is what the journal's file is called.
const FileName = "decisions.ndjson"

// Read reads and verifies a journal of decisions. One that does not exist has none.
func Read(f journal.File) (History, error) {
	var list []Decision
	var hashes []string
	_, err := f.Read(func(l journal.Line) error {
		var d Decision
		if err := json.Unmarshal(l.Data, &d); err != nil {
			return fmt.Errorf("decision on line %d: %w", l.Number, err)
		}
		if d.ID != idOf(l.Number) {
			return fmt.Errorf("decision on line %d: %w", l.Number, errors.New("its number is "+d.ID))
		}
		list, hashes = append(list, d), append(hashes, l.Hash)
		return nil
	})
	if err != nil {
		return History{}, err
	}
	h := NewHistory(list)
	h.hashes = hashes
	return h, nil
}

// NewHistory puts decisions together, e.g. those that were loaded into the warehouse. It has no hashes.
func NewHistory(list []Decision) History {
	h := History{number: map[string]int{}, out: map[string]string{}, after: map[string][]string{}}
	for _, d := range list {
		h.add(d)
	}
	return h
}

// add puts a decision after the ones there are.
func (h *History) add(d Decision) {
	h.number[d.ID] = len(h.all)
	h.all = append(h.all, d)
	if d.Kind == Withdraw {
		h.out[d.Subject] = d.ID
	} else if a := d.Answers(); a != "" {
		h.after[a] = append(h.after[a], d.ID)
	}
}

// idOf is the id of the decision on a line.
func idOf(line int64) string { return fmt.Sprintf("D%06d", line) }

// All returns every decision, oldest first.
func (h History) All() []Decision { return slices.Clone(h.all) }

// Head is how many decisions there are and the hash of the last line.
func (h History) Head() journal.Head {
	if len(h.hashes) == 0 {
		return journal.Head{}
	}
	return journal.Head{Lines: int64(len(h.hashes)), Hash: h.hashes[len(h.hashes)-1]}
}

// Reaches reports whether the journal holds what it held when its head was at; if not, lines were taken away.
func (h History) Reaches(at journal.Head) bool {
	return at.Lines == 0 || at.Lines <= int64(len(h.hashes)) && h.hashes[at.Lines-1] == at.Hash
}

// Reach writes a head of the journal as the ledger of batches keeps it; ParseReach reads it, and the head of nothing from "".
func Reach(h journal.Head) string { return fmt.Sprintf("%d %s", h.Lines, h.Hash) }

// ParseReach reads what Reach writes.
func ParseReach(s string) (h journal.Head, err error) {
	if s == "" {
		return h, nil
	}
	_, err = fmt.Sscanf(s, "%d %s", &h.Lines, &h.Hash)
	return h, err
}

// Has reports whether a line of the journal has that hash.
func (h History) Has(hash string) bool { return slices.Contains(h.hashes, strings.ToLower(hash)) }

// Get returns the decision with that id.
func (h History) Get(id string) (Decision, bool) {
	i, ok := h.number[id]
	if !ok {
		return Decision{}, false
	}
	return h.all[i], true
}

// WithdrawnBy returns the decision that withdraws id, "" when it stands.
func (h History) WithdrawnBy(id string) string { return h.out[id] }

// AnsweredBy returns the decision that stands and answers id, "" when there is none.
func (h History) AnsweredBy(id string) string {
	for _, a := range h.after[id] {
		if h.out[a] == "" {
			return a
		}
	}
	return ""
}

// Chain returns the decisions that lead to d, from the one that began it to d itself.
func (h History) Chain(d Decision) []Decision {
	chain := []Decision{d}
	for d.Answers() != "" {
		next, ok := h.Get(d.Answers())
		if !ok || len(chain) > len(h.all) {
			break
		}
		d, chain = next, append(chain, next)
	}
	slices.Reverse(chain)
	return chain
}

// Open reports whether d waits for an answer: its kind has one without which it is not settled, and none that stands was given.
func (h History) Open(d Decision) bool {
	return h.unanswered(d) && slices.ContainsFunc(Kinds(), func(k Kind) bool { return !k.Follows && slices.Contains(k.Answers, d.Kind) })
}

func (h History) unanswered(d Decision) bool { return h.out[d.ID] == "" && h.AnsweredBy(d.ID) == "" }
