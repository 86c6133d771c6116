package rules

import (
	"cmp"
	_ "embed" // what the rulebooks demand
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
)

// demanded is what the rulebooks ask for: the few numbers that they give, and every one that they leave blank, unset.
// It lies under the files of a company and is the vocabulary of limits and parameters.
//
//go:embed rulebooks.yaml
var demanded []byte

// demandedName is what messages and lists call the file above.
const demandedName = "rulebooks.yaml"

// File is the text of one rule file.
type File struct {
	Name string // its ending says how it is read: .csv, else YAML
	Data []byte
}

// Book is all rules together.
type Book struct {
	rules    []Rule
	timeline map[Cell][]Stretch
}

// Stretch is a rule on days on which it decides a cell: from From, before To.
type Stretch struct {
	Rule     *Rule
	From, To time.Time
}

// Load reads the rule files that the configuration names, folders among them, and puts what was decided over them.
func Load(c config.Config, decided ...Decision) (Book, error) {
	files, err := load(c.Resolve, c.Rules)
	if err != nil {
		return Book{}, err
	}
	return compose(files, decided)
}

// Files returns the rule files that the configuration names, in the order in which they are read.
func Files(c config.Config) ([]File, error) { return load(c.Resolve, c.Rules) }

// Read reads rule files; of a folder every .yaml, .yml and .csv in it, by name.
func Read(paths ...string) (Book, error) {
	files, err := load(func(p string) string { return p }, paths)
	if err != nil {
		return Book{}, err
	}
	return New(files...)
}

// load reads files that messages call as they were named, from where resolve says they are.
func load(resolve func(string) string, names []string) ([]File, error) {
	var files []File
	for _, name := range names {
		list, err := expand(name, resolve(name))
		if err != nil {
			return nil, unread(name, err)
		}
		for _, file := range list {
			data, err := os.ReadFile(resolve(file))
			if err != nil {
				return nil, unread(file, err)
			}
			files = append(files, File{file, data})
		}
	}
	return files, nil
}

// unread is why a rule file was not read: that it is not there, or that the program may not.
func unread(name string, err error) error {
	if _, denied := fault.Denied(err); denied {
		return fmt.Errorf("rules: %w", err)
	}
	return fault.New(fault.Usage, "rules.missing", name).Because(err)
}

// expand returns the names of the rule files in a folder, or of the file itself.
func expand(name, path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{name}, err
	}
	entries, err := os.ReadDir(path)
	var out []string
	for _, e := range entries {
		if ext := strings.ToLower(filepath.Ext(e.Name())); !e.IsDir() && contains([]string{".yaml", ".yml", ".csv"}, ext) {
			out = append(out, filepath.Join(name, e.Name()))
		}
	}
	return out, err
}

// New puts rule files together. A problem in one of them makes an error of kind Refused that names every problem with
// file and line.
func New(files ...File) (Book, error) { return compose(files, nil) }

func compose(files []File, decided []Decision) (Book, error) {
	b := Book{}
	var ps Problems
	for i, f := range append([]File{{demandedName, demanded}}, files...) {
		var records []record
		var d defaults
		var p Problems
		if strings.EqualFold(filepath.Ext(f.Name), ".csv") {
			records, p = readCSV(f.Name, f.Data)
		} else {
			records, d, p = readYAML(f.Name, f.Data)
		}
		ps = append(ps, p...)
		for _, rec := range records {
			r := read(rec, d, &ps)
			r.BuiltIn = i == 0
			b.rules = append(b.rules, r)
		}
	}
	for _, d := range decided {
		rec, p := d.record()
		if ps = append(ps, p...); len(p) == 0 {
			r := read(rec, defaults{}, &ps)
			if r.Decided = d.Number; !r.Value.Set {
				ps = append(ps, Problem{d.File, d.Number, "rules.problem.no_value", []any{string(Given)}})
			}
			b.rules = append(b.rules, r)
		}
	}
	ps = append(ps, b.checkNames()...)
	ps = append(ps, b.resolve()...)
	if len(ps) == 0 {
		ps = b.checkTogether()
	}
	return b, ps.err()
}

// checkNames refuses limits that nobody knows and parameters whose unit is another than the one declared.
func (b *Book) checkNames() Problems {
	var ps Problems
	known := b.LimitNames()
	unit := map[string]string{}
	for i := range b.rules {
		r := &b.rules[i]
		switch {
		case r.Section == Limits && r.Name != "" && !contains(known, r.Name):
			ps = append(ps, Problem{r.File, r.Line, "rules.problem.one_of", []any{"rule", r.Name, strings.Join(known, ", ")}})
		case r.Section == Params && r.BuiltIn:
			unit[r.Name] = r.Value.Unit
		case r.Section == Params && r.Value.Unit == "":
			r.Value.Unit = unit[r.Name]
		case r.Section == Params && unit[r.Name] != "" && r.Value.Unit != unit[r.Name]:
			ps = append(ps, Problem{r.File, r.Line, "rules.problem.one_of", []any{"unit", r.Value.Unit, unit[r.Name]}})
		}
	}
	return ps
}

// LimitNames are the limits that a rule file may set: those that the rulebooks demand.
func (b *Book) LimitNames() []string { return b.declared(Limits) }

// ParamNames are the parameters that the rulebooks and the measures ask for. A rule file may have others, for models of
// its owner.
func (b *Book) ParamNames() []string { return b.declared(Params) }

func (b *Book) declared(s Section) []string {
	var out []string
	for _, r := range b.rules {
		if r.Section == s && r.BuiltIn && !contains(out, r.Name) {
			out = append(out, r.Name)
		}
	}
	return out
}

// resolve works out for each cell which rule decides it when, and refuses two that have the same right.
func (b *Book) resolve() Problems {
	byCell := map[Cell][]*Rule{}
	var order []Cell
	for i := range b.rules {
		if r := &b.rules[i]; r.Value.Set {
			for _, c := range r.cells() {
				if byCell[c] == nil {
					order = append(order, c)
				}
				byCell[c] = append(byCell[c], r)
			}
		}
	}
	b.timeline = map[Cell][]Stretch{}
	var ps Problems
	told := map[[2]*Rule]bool{}
	for _, c := range order {
		for _, pair := range equals(byCell[c]) {
			if !told[pair] {
				told[pair] = true
				ps = append(ps, Problem{pair[1].File, pair[1].Line, "rules.problem.conflict",
					[]any{cellCode(c), dayCode(pair[1].From), pair[1].Code(), pair[0].File + ":" + strconv.Itoa(pair[0].Line), pair[0].Code()}})
			}
		}
		b.timeline[c] = stretches(byCell[c])
	}
	return append(ps, b.derive()...)
}

// equals returns the pairs of rules of one cell of which none stands before the other.
func equals(cell []*Rule) [][2]*Rule {
	var out [][2]*Rule
	for i, a := range cell {
		for _, b := range cell[i+1:] {
			if before(a, b) == 0 {
				out = append(out, [2]*Rule{a, b})
			}
		}
	}
	return out
}

// before compares which of two rules of one cell stands before the other where both hold: the more specific; then what
// was decided, before what the company's files give, before what a rulebook gives, before what is proposed; then the
// later decision, and of files the rule that began later.
func before(a, b *Rule) int {
	rank := func(r *Rule) int {
		switch {
		case r.Status != Given:
			return 0
		case r.BuiltIn:
			return 1
		case r.Decided == 0:
			return 2
		}
		return 3
	}
	return cmp.Or(cmp.Compare(a.right(), b.right()), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Decided, b.Decided), a.From.Compare(b.From))
}

// stretches cuts time at every begin and end and takes on each piece the rule that stands before the others.
func stretches(cell []*Rule) []Stretch {
	var cuts []time.Time
	for _, r := range cell {
		cuts = append(cuts, r.From, r.To)
	}
	slices.SortFunc(cuts, time.Time.Compare)
	cuts = slices.Compact(cuts)
	var out []Stretch
	for i := 0; i+1 < len(cuts); i++ {
		var best *Rule
		for _, r := range cell {
			if !r.From.After(cuts[i]) && cuts[i].Before(r.To) && (best == nil || before(r, best) > 0) {
				best = r
			}
		}
		if best == nil {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To.Equal(cuts[i]) && out[n-1].Rule == best {
			out[n-1].To = cuts[i+1]
			continue
		}
		out = append(out, Stretch{best, cuts[i], cuts[i+1]})
	}
	return out
}
