package assess

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
)

// Kept is a sheet as it is reviewed, told and signed, with what it was made from. Its bytes are kept under their hash: what
// is computed later never changes them.
type Kept struct {
	Period   string `json:"period"`
	Snapshot string `json:"snapshot"`
	AsOf     string `json:"as_of"`
	Rules    string `json:"rules"`
	Sheet    Sheet  `json:"sheet"`
}

// Keep returns the sheet of a manager as it is kept; false where there is none.
func (r Report) Keep(manager string) (Kept, bool) {
	for _, s := range r.Sheets {
		if s.ManagerID == manager {
			return Kept{r.Period, r.Snapshot, r.AsOf, r.Rules, s}, true
		}
	}
	return Kept{}, false
}

// Bytes are what is kept of a sheet.
func (k Kept) Bytes() ([]byte, error) { return json.MarshalIndent(k, "", "  ") }

// ReadKept reads what Bytes wrote.
func ReadKept(data []byte) (k Kept, err error) {
	if err := json.Unmarshal(data, &k); err != nil {
		return k, fault.New(fault.Refused, "assess.kept", err.Error()).Because(err)
	}
	return k, nil
}

// digest is the SHA-256 of a value's JSON, hexadecimal.
func digest(v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// Change is one thing that differs between a sheet that was kept and a computation of now. Line is a KPI, "total" or a deduction.
type Change struct {
	Line  string `json:"line"`
	Field string `json:"field"`
	Was   string `json:"was"`
	Is    string `json:"is"`
}

// Changes lists what decides and is no longer what it was: values, goals, weights, points, deductions, total, grade, coefficient
// and state, to nine significant digits. Ranks, intervals and positions are about others too and decide nothing: they are no change.
func Changes(was, is Sheet) []Change {
	before, after := was.deciding(), is.deciding()
	list := []Change{}
	for _, b := range before {
		i := slices.IndexFunc(after, func(a Change) bool { return a.Line == b.Line && a.Field == b.Field })
		switch {
		case i < 0:
			list = append(list, Change{b.Line, b.Field, b.Is, ""})
		case after[i].Is != b.Is:
			list = append(list, Change{b.Line, b.Field, b.Is, after[i].Is})
		}
	}
	for _, a := range after {
		if !slices.ContainsFunc(before, func(b Change) bool { return a.Line == b.Line && a.Field == b.Field }) {
			list = append(list, a)
		}
	}
	return list
}

// deciding are the things of a sheet that decide, as Is of changes from nothing; what is not there is left out.
func (s Sheet) deciding() []Change {
	var list []Change
	add := func(line, field, is string) {
		if is != "" {
			list = append(list, Change{Line: line, Field: field, Is: is})
		}
	}
	for _, l := range s.Lines {
		add(l.KPI, "weight", strconv.FormatInt(l.Weight, 10))
		add(l.KPI, "num", wholeText(l.Num))
		add(l.KPI, "den", wholeText(l.Den))
		add(l.KPI, "raw", nine(l.Raw.Value))
		if l.Adjusted != nil {
			add(l.KPI, "adjusted", nine(l.Adjusted.Value))
		}
		if l.Shrunk != nil {
			add(l.KPI, "shrunk", nine(l.Shrunk.Value))
		}
		add(l.KPI, "floor", nine(l.Floor))
		add(l.KPI, "target", nine(l.Target))
		add(l.KPI, "stretch", nine(l.Stretch))
		add(l.KPI, "points", nine(l.Points.Value))
		add(l.KPI, "weight_used", nine(&l.Used))
		add(l.KPI, "status", l.Status)
	}
	for _, d := range s.Deductions {
		add(d.KPI, "deduction", nine(&d.Off))
		add(d.KPI, "deduction_status", d.Status)
	}
	add("total", "deducted", nine(&s.Deducted))
	add("total", "points", nine(s.Total.Value))
	add("total", "state", string(s.State))
	add("total", "reasons", strings.Join(s.Reasons, " "))
	add("total", "grade", s.Grade)
	add("total", "capped_by", s.CappedBy)
	add("total", "coefficient", wholeText(s.Coefficient))
	return list
}

// nine writes a number to nine significant digits: what two computations of one number may differ by is no change.
func nine(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', 9, 64)
}

func wholeText(n *int64) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}
