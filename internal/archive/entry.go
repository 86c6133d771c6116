package archive

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
)

// The kinds of entries.
const (
	Load    = "load"
	Retract = "retract"
	Rules   = "rules"  // the rules, or other settings that change numbers, are no longer what they were
	Run     = "run"    // a snapshot was published
	Freeze  = "freeze" // a period was closed, or a further part of it
)

// Entry is one line of batches.ndjson. One of the pointers is set: that of its kind.
type Entry struct {
	Kind     string    `json:"kind"`
	At       Civil     `json:"at"`              // of a batch: when it was received
	Batch    *Batch    `json:"batch,omitempty"` // of a load and of a retraction
	Rules    *Settings `json:"rules,omitempty"`
	Run      *Computed `json:"run,omitempty"`
	Freeze   *Frozen   `json:"freeze,omitempty"`
	Previous string    `json:"previous_hash"`
}

// Batch is the row of the ledger as it was when the batch was committed. Later batches change counts of earlier ones;
// reading all of them again changes them the same way.
type Batch struct {
	ID         int64           `json:"batch_id"`
	Source     string          `json:"source"`
	Feed       string          `json:"feed"`
	File       string          `json:"file,omitempty"`
	SHA256     string          `json:"sha256,omitempty"`
	Mapping    string          `json:"mapping_hash,omitempty"`
	Bytes      int64           `json:"bytes"`
	Read       int64           `json:"rows_read"`
	Loaded     int64           `json:"rows_loaded"`
	Unchanged  int64           `json:"rows_unchanged"`
	Superseded int64           `json:"rows_superseded"`
	Closed     int64           `json:"rows_closed"`
	Rejected   int64           `json:"rows_rejected"`
	Filtered   int64           `json:"rows_filtered"`
	ListedOn   string          `json:"listed_on,omitempty"`
	Corrects   bool            `json:"corrects,omitempty"`
	Replaces   int64           `json:"replaces,omitempty"`
	By         string          `json:"decided_by,omitempty"`
	ByName     string          `json:"decided_name,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	From       string          `json:"watermark_from,omitempty"`
	To         string          `json:"watermark_to,omitempty"` // of decisions: lines and hash that their journal had come to
	Recipe     json.RawMessage `json:"recipe,omitempty"`
}

// Settings is what changes numbers and is no batch.
type Settings struct {
	Files  []File          `json:"files"`  // of rules, in the order in which they are read
	Values json.RawMessage `json:"values"` // of the configuration
}

// HashOf is the SHA-256 of settings: equal hashes are equal rules.
func HashOf(s *Settings) (string, error) {
	data, err := json.Marshal(s)
	return Hash(data), err
}

// File is a file whose bytes the archive keeps.
type File struct {
	Path   string `json:"path"` // where it lay
	SHA256 string `json:"sha256"`
}

// Computed is a run that was published.
type Computed struct {
	Snapshot string `json:"snapshot"`
	AsOf     string `json:"as_of"` // civil, 2026-11-01 08:00:00
	Program  string `json:"program"`
}

// Frozen is a part of a closed period.
type Frozen struct {
	Period   string `json:"period"`
	Part     int    `json:"part"`     // from 1
	Manifest string `json:"manifest"` // SHA-256 of manifest.json
}

// Civil is the wall clock of the configured zone, to the microsecond.
type Civil struct{ time.Time }

const civilLayout = "2006-01-02T15:04:05.000000"

// MarshalJSON writes 2026-11-01T08:00:00.000000.
func (c Civil) MarshalJSON() ([]byte, error) { return json.Marshal(c.Format(civilLayout)) }

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Civil) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	t, err := time.Parse(civilLayout, s)
	c.Time = t
	return err
}

// CivilOf returns the wall clock of t in its own zone.
func CivilOf(t time.Time) Civil {
	return Civil{time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000*1000, time.UTC)}
}

// LastBatch returns the number of the last batch; 0: there is none.
func LastBatch(list []Entry) int64 {
	for _, e := range slices.Backward(list) {
		if e.Batch != nil {
			return e.Batch.ID
		}
	}
	return 0
}

// RunOf returns the place of the run that published a snapshot, -1 when there is none.
func RunOf(list []Entry, snapshot string) int {
	return slices.IndexFunc(list, func(e Entry) bool { return e.Run != nil && e.Run.Snapshot == snapshot })
}

// Until returns the entries that were known at a point: the number of a batch (with everything that was decided or run
// before the next batch came), the snapshot of a run, with or without its ending, or a civil time as [Instant] reads it. The
// error is a [fault.Usage] for a point that is neither, and for one before the first entry.
func Until(list []Entry, point string) ([]Entry, error) {
	if id, err := strconv.ParseInt(point, 10, 64); err == nil {
		i := slices.IndexFunc(list, func(e Entry) bool { return e.Batch != nil && e.Batch.ID == id })
		if i < 0 {
			return nil, fault.New(fault.Usage, "archive.point.batch", id, LastBatch(list))
		}
		end := i + 1
		for end < len(list) && list[end].Batch == nil {
			end++
		}
		return list[:end], nil
	}
	if i := RunOf(list, strings.TrimSuffix(point, snapshotEnding)+snapshotEnding); i >= 0 {
		return list[:i+1], nil
	}
	at, _, ok := Instant(point)
	if !ok {
		return nil, fault.New(fault.Usage, "archive.point.bad", point)
	}
	end := len(list)
	for end > 0 && list[end-1].At.After(at.Time) {
		end--
	}
	if end == 0 {
		return nil, fault.New(fault.Usage, "archive.point.early", point)
	}
	return list[:end], nil
}

// snapshotEnding is how the names of snapshots end.
const snapshotEnding = ".duckdb"

// Instant reads a civil time: 2026-11-08, 2026-11-08 17:30, 2026-11-08 17:30:05, also with T before the clock. A day alone, or
// a minute, is its last instant, since what came in it was known: then whole holds.
func Instant(point string) (at Civil, whole, ok bool) {
	for _, l := range []struct {
		layout string
		last   time.Duration
	}{
		{time.DateTime, 0}, {"2006-01-02T15:04:05", 0}, {"2006-01-02 15:04", time.Minute}, {"2006-01-02T15:04", time.Minute},
		{time.DateOnly, 24 * time.Hour},
	} {
		if t, err := time.Parse(l.layout, point); err == nil { // fractions of a second are read without being asked for
			return Civil{t.Add(max(l.last-time.Microsecond, 0))}, l.last > 0, true
		}
	}
	return Civil{}, false, false
}
