package transform_test

import (
	"encoding/csv"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// TestOracle_edges compares both on companies in whose files many values lie at an edge.
func TestOracle_edges(t *testing.T) {
	histories := []history{
		{seed: 201, customers: 12, months: 6, until: "2026-06", rate: 4, shake: 0.12},
		{seed: 202, customers: 14, months: 7, until: "2025-12", rate: 3, shake: 0.3, rules: otherRules},
		{seed: 203, customers: 16, months: 8, until: "2024-08", rate: 2, shake: 0.2},
		{seed: 204, customers: 30, months: 13, until: "2026-10", rate: 1, shake: 0.1},
	}
	if testing.Short() {
		histories = histories[:1]
	}
	compareAll(t, histories, 300)
}

// shaken are the columns whose values are moved to the edges: those of the feeds that a company's own history gives plain
// values only. Keys, owners and what a row is about stay.
func shaken() map[string]string {
	return map[string]string{
		"leaves":       "to approved_by",
		"key_accounts": "to",
		"tier_history": "approved_at notified_at tier",
		"managers":     "certified_until",
		"cases": `severity category promised_due_at confirmed_at plan_submitted_at resolution callback_at callback_by
			callback_result recoded_at recoded_by regulator first_receiver_id cause action alarm_at reported_at restored_at
			excluded_minutes excluded_by area major review_filed_at review_told_at`,
		"case_events":     "actor_kind actor_unit public",
		"calls":           "seconds direction manager_id",
		"surveys":         "staff voided reversed answered_at",
		"visits":          "started_at ended_at planned_on mode contact_role outcome checkin form_ref recorded_at reviewed",
		"visit_issues":    "raised_at due_on closed_at told_at",
		"duties":          "kind window_start window_end done_at waived_by plan_approved_by",
		"bills":           "due_on amount_fen recurring project agreed_due_on disputed_from disputed_to",
		"payments":        "paid_on amount_fen reversed_on",
		"writeoffs":       "on amount_fen",
		"dunning":         "due_on done_on",
		"services":        "ended_on monthly_fen",
		"orders":          "signed_on activated_on cancelled_on monthly_fen units is_migration green_channel due_on",
		"opportunities":   "opened_on decided_on outcome",
		"projects":        "scope_due scope_done accepted_on accepted_first_time",
		"milestones":      "due_on changed_due_on change_approved_by accepted_on",
		"cancel_requests": "at notified_at attempt_at manager_id reason outcome decided_at concession_fen",
		"mystery_items":   "weight score applicable red_line manager_id",
		"audit_samples":   "drawn_on stratum targeted passed second_passed manager_id",
		"audit_rescores":  "passed scorer",
		"findings":        "owner_id due_on fixed_on verified_on verified_by",
		"breaches":        "reported_on heard_on confirmed_on manager_id",
		"trainings":       "due_on done_on passed manager_id",
		"meetings":        "at attended_at leave manager_id",
		"reports_due":     "owed_by_kind due_at done_at owed_by",
		"profile_fields":  "filled verified_on",
	}
}

// shake moves one value in so many of the company's files to an edge: the same instant as another column's, no value,
// the first or last second of a day or month, opening and closing time, the day before or after, somebody else, zero. All
// versions of a row are moved alike. Nothing moves beyond the business instant.
func shake(t *testing.T, dir string, seed uint64, share float64, until time.Time) {
	t.Helper()
	for name, columns := range shaken() {
		d, ok := feed.Get(name)
		if !ok {
			t.Fatalf("no feed %s", name)
		}
		files, err := filepath.Glob(filepath.Join(dir, "inbox", name+"*.csv"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			rest := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(path), ".csv"), name)
			if rest == "" || strings.HasPrefix(rest, "_2") {
				s := shaker{feed: d, seed: seed, share: share, until: until, columns: strings.Fields(columns)}
				s.file(t, path)
			}
		}
	}
}

type shaker struct {
	feed    feed.Feed
	columns []string
	seed    uint64
	share   float64
	until   time.Time
	heads   []feed.Column
	lines   [][]string
}

func (s *shaker) file(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path) //nolint:gosec // a test's own folder
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, head := range lines[0] {
		i := slices.IndexFunc(s.feed.Columns, func(c feed.Column) bool { return head == c.Header(text.ZH) || head == c.EN() })
		s.heads = append(s.heads, s.feed.Columns[i])
	}
	s.lines = lines[1:]
	for _, line := range s.lines {
		for i, c := range s.heads {
			if !slices.Contains(s.columns, c.Name) {
				continue
			}
			if r := s.rng(line, c.Name); r.Float64() < s.share {
				line[i] = s.moved(r, line, i)
			}
		}
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// rng depends on the row's key and the column only.
func (s *shaker) rng(line []string, column string) *rand.Rand {
	h := fnv.New64a()
	for i, c := range s.heads {
		if slices.Contains(s.feed.Key, c.Name) {
			h.Write([]byte(line[i] + "\x00"))
		}
	}
	h.Write([]byte(s.feed.Name + "." + column))
	return rand.New(rand.NewPCG(s.seed, h.Sum64()))
}

// moved returns a value at an edge in place of that of column i.
func (s *shaker) moved(r *rand.Rand, line []string, i int) string {
	c := s.heads[i]
	if !c.Required && r.IntN(4) == 0 {
		return ""
	}
	other := s.lines[r.IntN(len(s.lines))][i]
	switch c.Type {
	case feed.Time, feed.Date:
		return s.movedTime(r, line, i)
	case feed.Enum:
		return c.Values[r.IntN(len(c.Values))].Code
	case feed.Bool:
		if c.Required || r.IntN(2) == 0 {
			return []string{"true", "false"}[r.IntN(2)]
		}
	case feed.Fen, feed.Int, feed.Decimal:
		n, err := strconv.Atoi(line[i])
		if err != nil {
			n = 1
		}
		switch r.IntN(4) {
		case 0:
			return "0"
		case 1:
			return strconv.Itoa(n + 1)
		case 2:
			return strconv.Itoa(max(n-1, 0))
		}
	}
	if other == "" && c.Required {
		return line[i]
	}
	return other
}

// movedTime takes the time of another column of the row, or moves its own to an edge.
func (s *shaker) movedTime(r *rand.Rand, line []string, i int) string {
	var times []time.Time
	for j, c := range s.heads {
		if c.Type != feed.Time && c.Type != feed.Date || c.Name == "updated_at" {
			continue
		}
		if at, ok := parseTime(line[j]); ok {
			times = append(times, at)
		}
	}
	at, ok := parseTime(line[i])
	if len(times) == 0 {
		return line[i]
	}
	if !ok || r.IntN(3) == 0 {
		at = times[r.IntN(len(times))]
	}
	midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	month := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	edges := []time.Time{
		at, midnight, midnight.Add(-time.Second), midnight.Add(8*time.Hour + 30*time.Minute), midnight.Add(12 * time.Hour),
		midnight.Add(18 * time.Hour), month, month.Add(-time.Second), month.AddDate(0, 1, 0).Add(-time.Second), at.Add(time.Second),
		at.Add(-time.Second), at.AddDate(0, 0, 1), at.AddDate(0, 0, -1), at.AddDate(0, 0, 7), at.AddDate(0, 0, 30), at.AddDate(0, 0, 90),
	}
	moved := edges[r.IntN(len(edges))]
	if !moved.Before(s.until) {
		moved = s.until.Add(-time.Second)
	}
	if s.heads[i].Type == feed.Date {
		return moved.Format("2006-01-02")
	}
	return moved.Format("2006-01-02 15:04:05")
}

func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
