// Package frozen is the folder of closed periods: for each a folder, in it one for every part (measures that had matured
// by then) with the rows, answers and sums of its measures as Parquet files and a manifest that says what they stand on.
//
// It promises: a part is there whole or not at all, and its files are those that its manifest names, and the manifest
// the one that the archive has a line of; or the error says that they are not. It must not know how rows are computed.
package frozen

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
)

// Manifest says what a part of a closed period is and what it stands on.
type Manifest struct {
	Period    string   `json:"period"`
	Part      int      `json:"part"` // from 1
	Measures  []string `json:"measures"`
	Open      []Open   `json:"open"`       // measures that are not in any part yet
	Warnings  []string `json:"warnings"`   // keys of the text catalogue with what they are about
	Disputes  []string `json:"disputes"`   // still open, and frozen all the same
	Snapshot  string   `json:"snapshot"`   // what was published then; --known-at takes it to see the same again
	AsOf      string   `json:"as_of"`      // civil
	LastBatch int64    `json:"last_batch"` //
	Decisions string   `json:"decisions"`  // lines and hash that their journal had come to
	Rules     string   `json:"rules"`      // SHA-256 of the rule files and settings
	Models    string   `json:"models"`     // SHA-256 of the SQL
	Program   string   `json:"program"`
	Proposed  Act      `json:"proposed"`
	Confirmed Act      `json:"confirmed"`
	Files     []File   `json:"files"`
}

// Open is a measure that is not closed with the others, and why.
type Open struct {
	KPI       string `json:"kpi"`
	Status    string `json:"status"`
	MaturesOn string `json:"matures_on,omitempty"`
}

// Act is who did something, when and why.
type Act struct {
	By       string `json:"by"`
	Name     string `json:"name"`
	At       string `json:"at"` // civil
	Reason   string `json:"reason,omitempty"`
	Decision string `json:"decision,omitempty"` // its id
}

// The kinds of files.
const (
	Rows    = "rows" // of one measure
	Answers = "answers"
	Sums    = "sums" // the slice of a cube
	Targets = "targets"
	Pending = "pending" // subjects of the measures in periods that were open
)

// File is one Parquet file of a part.
type File struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	KPI    string `json:"kpi,omitempty"` // of rows
	SHA256 string `json:"sha256"`
	Rows   int64  `json:"rows"`
}

// Part is a part of a closed period with the folder that its files lie in.
type Part struct {
	Manifest
	Dir string
}

// Of returns the period.
func (m Manifest) Of() (calendar.Period, error) { return calendar.ParsePeriod(m.Period) }

// Dir is the folder of a part below root.
func Dir(root, period string, part int) string {
	return filepath.Join(root, period, strconv.Itoa(part))
}

// Load returns the parts below root that the entries know, in their order. The error is a [fault.Refused] when a file is
// gone or is not what the archive says.
func Load(root string, entries []archive.Entry) ([]Part, error) {
	var list []Part
	for _, e := range entries {
		if e.Freeze == nil {
			continue
		}
		p, err := load(root, *e.Freeze)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func load(root string, line archive.Frozen) (Part, error) {
	p := Part{Dir: Dir(root, line.Period, line.Part)}
	path := filepath.Join(p.Dir, "manifest.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return p, fault.New(fault.Refused, "frozen.lost", path).Because(err)
	}
	if archive.Hash(data) != line.Manifest {
		return p, fault.New(fault.Refused, "frozen.changed", path)
	}
	if err := json.Unmarshal(data, &p.Manifest); err != nil {
		return p, fmt.Errorf("%s: %w", path, err)
	}
	for _, f := range p.Files {
		path := filepath.Join(p.Dir, f.Name)
		hash, err := HashFile(path)
		if err != nil {
			return p, fault.New(fault.Refused, "frozen.lost", path).Because(err)
		}
		if hash != f.SHA256 {
			return p, fault.New(fault.Refused, "frozen.changed", path)
		}
	}
	return p, nil
}

// HashFile returns the SHA-256 of a file.
func HashFile(path string) (hash string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Parts returns those of the parts that are of a period.
func Parts(list []Part, period string) []Part {
	return slices.DeleteFunc(slices.Clone(list), func(p Part) bool { return p.Period != period })
}

// Holds returns the parts of a period that hold a measure; there is one at most.
func Holds(list []Part, period, kpi string) []Part {
	return slices.DeleteFunc(Parts(list, period), func(p Part) bool { return !slices.Contains(p.Measures, kpi) })
}

// Keep writes the manifest into the folder of finished files, gives the folder its place and the archive its line. A
// folder that a crash left there without a line gives way.
func Keep(root, finished string, m Manifest, f archive.Folder, at archive.Civil) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(finished, "manifest.json"), append(data, '\n'), 0o640); err != nil {
		return err
	}
	for _, name := range append(names(m.Files), "manifest.json", ".") {
		if err := disk.Sync(filepath.Join(finished, name)); err != nil {
			return err
		}
	}
	to := Dir(root, m.Period, m.Part)
	if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o750), os.RemoveAll(to)); err != nil {
		return err
	}
	if err := errors.Join(os.Rename(finished, to), disk.Sync(filepath.Dir(to)), disk.Sync(root)); err != nil {
		return err
	}
	return f.Append(archive.Entry{Kind: archive.Freeze, At: at, Freeze: &archive.Frozen{Period: m.Period, Part: m.Part, Manifest: archive.Hash(append(data, '\n'))}})
}

func names(files []File) []string {
	list := make([]string, len(files))
	for i, f := range files {
		list[i] = f.Name
	}
	return list
}
