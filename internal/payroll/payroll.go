// Package payroll keeps the rolls by which grades are paid: one file for each payroll month, of signed sheets only, with a
// control total and a hash in a manifest beside it.
//
// It promises: what was written is never written again; a roll that differs is a numbered correction beside the first; a
// file that was altered is noticed before anything is added. It must not know how a grade came to be.
package payroll

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// Row is what payroll pays one person by.
type Row struct {
	StaffNo     string // by which payroll knows the person
	ManagerID   string // by which the sheets do
	Name        string
	Grade       string
	Coefficient int64  // percent of pay
	Appeal      string // none, dismissed, upheld, open: what became of objections
	Decision    string // that signed the sheet
	Version     int    // of the signed sheet; above 1 it corrects an earlier one
	Sheet       string // SHA-256 of the signed sheet
}

// Left is somebody who is not on the roll, and the code of why; the staff number may be unknown.
type Left struct{ StaffNo, ManagerID, Name, Why string }

// Roll is what is paid in one month by the grades of one period.
type Roll struct {
	Month, Period string
	Rows          []Row
	Left          []Left
}

// Manifest says what a roll is; it stands beside the file as JSON.
type Manifest struct {
	Month        string `json:"month"`
	Period       string `json:"period"`
	Correction   int    `json:"correction"` // 0 is the first roll of the month
	File         string `json:"file"`
	Rows         int    `json:"rows"`
	ControlTotal int64  `json:"control_total"` // sum of the coefficients, percent
	SHA256       string `json:"sha256"`        // of the file
	Left         int    `json:"left"`          // people in the file of those who are not on the roll
	By           string `json:"by"`
	At           string `json:"at"`
	Reason       string `json:"reason"`
}

// columns are the header of a roll. They never change: other programs read them.
func columns() []string {
	return []string{"staff_no", "manager_id", "name", "grade", "coefficient", "appeal", "period", "decision", "version", "sheet_sha256"}
}

// CSV is the roll as payroll reads it: RFC 4180, UTF-8 with its mark, in codes.
func (r Roll) CSV() ([]byte, error) {
	rows := [][]string{columns()}
	for _, x := range r.Rows {
		rows = append(rows, []string{text.Cell(x.StaffNo), text.Cell(x.ManagerID), text.Cell(x.Name), text.Cell(x.Grade), strconv.FormatInt(x.Coefficient, 10), x.Appeal,
			r.Period, x.Decision, strconv.Itoa(x.Version), x.Sheet})
	}
	return table(rows)
}

// leftCSV is those who are not on the roll.
func (r Roll) leftCSV() ([]byte, error) {
	rows := [][]string{{"staff_no", "manager_id", "name", "period", "why"}}
	for _, x := range r.Left {
		rows = append(rows, []string{text.Cell(x.StaffNo), text.Cell(x.ManagerID), text.Cell(x.Name), r.Period, x.Why})
	}
	return table(rows)
}

func table(rows [][]string) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	err := w.WriteAll(rows)
	return out.Bytes(), err
}

func (r Roll) total() (sum int64) {
	for _, x := range r.Rows {
		sum += x.Coefficient
	}
	return sum
}

// Written returns the manifests of a month, the first roll and its corrections; it refuses when a file is not what its
// manifest says.
func Written(dir, month string) ([]Manifest, error) {
	var list []Manifest
	for n := 0; ; n++ {
		data, err := os.ReadFile(filepath.Join(dir, name(month, n)+".json"))
		if errors.Is(err, fs.ErrNotExist) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		var m Manifest
		if err := json.Unmarshal(data, &m); err != nil {
			return nil, fmt.Errorf("roll %s: %w", name(month, n), err)
		}
		file, err := os.ReadFile(filepath.Join(dir, m.File))
		if err != nil || hash(file) != m.SHA256 {
			return nil, fault.New(fault.Refused, "payroll.altered", m.File, m.SHA256).Because(err)
		}
		list = append(list, m)
	}
}

// Plan is a roll that may be written: the manifest that it will have. Same means that the last one of the month is equal, so
// that there is nothing to write.
type Plan struct {
	Manifest
	Same bool

	roll Roll
}

// Prepare says what writing a roll would do. A month that has a different one already takes a correction; a correction that
// changes nothing, or of a month without a roll, is refused, and so is a first roll with nobody on it: it would use up the month.
func Prepare(dir string, r Roll, correction bool) (Plan, error) {
	before, err := Written(dir, r.Month)
	if err != nil {
		return Plan{}, err
	}
	data, err := r.CSV()
	if err != nil {
		return Plan{}, err
	}
	p := Plan{roll: r, Manifest: Manifest{Month: r.Month, Period: r.Period, Correction: len(before), File: name(r.Month, len(before)) + ".csv",
		Rows: len(r.Rows), ControlTotal: r.total(), SHA256: hash(data), Left: len(r.Left)}}
	if len(before) == 0 {
		if correction {
			return p, fault.New(fault.Refused, "payroll.nothing_to_correct", r.Month)
		}
		if len(r.Rows) == 0 {
			return p, fault.New(fault.Refused, "payroll.nobody", r.Month, r.Period, len(r.Left))
		}
		return p, nil
	}
	last := before[len(before)-1]
	switch {
	case last.SHA256 == p.SHA256:
		p.Same, p.Manifest = true, last
	case !correction:
		return p, fault.New(fault.Refused, "payroll.written", r.Month, last.File, last.By, last.At)
	}
	return p, nil
}

// Write puts the roll, those who are not on it, and the manifest, which comes last and makes it count, into dir. Whoever
// writes holds a lock: two at once would take one number.
func (p Plan) Write(dir, by, at, reason string) (Manifest, error) {
	if p.Same {
		return p.Manifest, nil
	}
	m := p.Manifest
	m.By, m.At, m.Reason = by, at, reason
	roll, err := p.roll.CSV()
	if err != nil {
		return m, err
	}
	left, err := p.roll.leftCSV()
	if err != nil {
		return m, err
	}
	manifest, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	if err := disk.Folder(dir, 0o700); err != nil {
		return m, err
	}
	base := name(m.Month, m.Correction)
	for _, f := range []struct {
		name string
		data []byte
	}{{m.File, roll}, {base + "-left.csv", left}, {base + ".json", append(manifest, '\n')}} {
		if err := disk.Write(filepath.Join(dir, f.name), f.data); err != nil {
			return m, fmt.Errorf("roll of %s: %w", m.Month, err)
		}
	}
	return m, nil
}

// name is that of the roll of a month, or of one of its corrections.
func name(month string, n int) string {
	if n == 0 {
		return month
	}
	return fmt.Sprintf("%s-correction-%d", month, n)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
