// Package feed declares what may be loaded: every feed with its columns, types, key, headers in both languages and
// allowed values. The declaration (feeds.yaml) is the single source for the raw tables, the mapping of files, the
// blank templates, the synthetic company and the documentation.
//
// It promises that the declarations are consistent (checked when they are read) and knows nothing of files or SQL
// beyond the name of the column type that DuckDB stores.
package feed

import (
	_ "embed" // the declarations
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/kamlens/kamlens/internal/text"
)

// Type is the type of a column. See the table in docs/feeds.md.
type Type string

// The column types.
const (
	ID      Type = "id"      // text, trimmed, never numeric: leading zeros stay
	Time    Type = "time"    // civil time of the configured zone
	Date    Type = "date"    // a day
	Month   Type = "month"   // 2026-10, stored as 202610
	Quarter Type = "quarter" // 2026-Q3, stored as 20263
	Fen     Type = "fen"     // money in whole fen
	Int     Type = "int"     // a whole number
	Decimal Type = "decimal" // at most four decimals
	Enum    Type = "enum"    // one of Values
	Bool    Type = "bool"    // true/false, 1/0, 是/否, Y/N
	Text    Type = "text"    // free text, trimmed
)

// SQL returns the DuckDB type that stores t.
func (t Type) SQL() string {
	switch t {
	case Time:
		return "TIMESTAMP"
	case Date:
		return "DATE"
	case Month, Quarter:
		return "INTEGER"
	case Fen, Int:
		return "BIGINT"
	case Decimal:
		return "DECIMAL(18,4)"
	case Bool:
		return "BOOLEAN"
	default:
		return "VARCHAR"
	}
}

// Value is one allowed value of an enum: the stored code and its Chinese label.
type Value struct{ Code, ZH string }

// Column is one column of a feed.
type Column struct {
	Name     string
	Type     Type
	Required bool
	ZH       string  // Chinese header
	Values   []Value // of an enum
}

// EN returns the English header: the name with blanks for underscores.
func (c Column) EN() string { return strings.ReplaceAll(c.Name, "_", " ") }

// Header returns the header in language l.
func (c Column) Header(l text.Lang) string {
	if l == text.EN {
		return c.EN()
	}
	return c.ZH
}

// Code returns the stored code of an enum value given as code or Chinese label.
func (c Column) Code(s string) (string, bool) {
	for _, v := range c.Values {
		if strings.EqualFold(s, v.Code) || s == v.ZH {
			return v.Code, true
		}
	}
	return "", false
}

// Decisions is the feed that no file may be loaded into: kamlens writes it itself.
const Decisions = "decisions"

// Feed is one kind of file that kamlens understands.
type Feed struct {
	Name    string
	Title   text.Message
	Key     []string // column names
	Columns []Column // as declared, with updated_at last
	From    string   `json:"-"` // the key column with the day from which a row holds; "": rows are not dated
	To      string   `json:"-"` // the column with the last day on which it holds; "": until the next row
}

// Column returns the column called name.
func (f Feed) Column(name string) (Column, bool) {
	for _, c := range f.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

//go:embed feeds.yaml
var source []byte

var declared = sync.OnceValues(func() ([]Feed, error) { return parse(source) })

// All returns every feed in the order of the declaration.
func All() []Feed {
	feeds, err := declared()
	if err != nil {
		panic("feeds.yaml: " + err.Error()) // the embedded file is checked by the package's test
	}
	return slices.Clone(feeds)
}

// Get returns the feed called name.
func Get(name string) (Feed, bool) {
	for _, f := range All() {
		if f.Name == name {
			return f, true
		}
	}
	return Feed{}, false
}

// parse reads declarations and refuses inconsistent ones.
func parse(data []byte) ([]Feed, error) {
	var docs []struct {
		Feed    string       `yaml:"feed"`
		Name    text.Message `yaml:"name"`
		Key     []string     `yaml:"key"`
		Since   string       `yaml:"since"`
		Until   string       `yaml:"until"`
		Columns []string     `yaml:"columns"`
	}
	if err := yaml.Unmarshal(data, &docs); err != nil {
		return nil, err
	}
	var feeds []Feed
	for _, d := range docs {
		f := Feed{Name: d.Feed, Title: d.Name, Key: d.Key, From: d.Since, To: d.Until}
		for _, line := range append(d.Columns, "updated_at time 更新时间") {
			c, err := parseColumn(line)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", d.Feed, err)
			}
			if _, twice := f.Column(c.Name); twice {
				return nil, fmt.Errorf("%s: column %s is declared twice", d.Feed, c.Name)
			}
			f.Columns = append(f.Columns, c)
		}
		for _, k := range f.Key {
			if _, ok := f.Column(k); !ok {
				return nil, fmt.Errorf("%s: key column %s is not declared", d.Feed, k)
			}
		}
		if err := f.checkDates(); err != nil {
			return nil, err
		}
		if len(f.Key) == 0 || f.Title.ZH == "" || f.Title.EN == "" {
			return nil, fmt.Errorf("%s: key or name is missing", d.Feed)
		}
		feeds = append(feeds, f)
	}
	return feeds, nil
}

// checkDates refuses a dated feed whose days are no dates, or whose first day is not in the key.
func (f Feed) checkDates() error {
	for _, name := range []string{f.From, f.To} {
		if c, _ := f.Column(name); name != "" && c.Type != Date {
			return fmt.Errorf("%s: %s is no date", f.Name, name)
		}
	}
	if f.From != "" && !slices.Contains(f.Key, f.From) || f.From == "" && f.To != "" {
		return fmt.Errorf("%s: since must be in the key", f.Name)
	}
	return nil
}

// parseColumn reads "name type[!] header [code=label ...]".
func parseColumn(line string) (Column, error) {
	part := strings.Fields(line)
	if len(part) < 3 {
		return Column{}, fmt.Errorf("column %q: want name, type and header", line)
	}
	typ, required := strings.CutSuffix(part[1], "!")
	c := Column{Name: part[0], Type: Type(typ), Required: required, ZH: part[2]}
	known := []Type{ID, Time, Date, Month, Quarter, Fen, Int, Decimal, Enum, Bool, Text}
	if !slices.Contains(known, c.Type) {
		return Column{}, fmt.Errorf("column %s: unknown type %q", c.Name, typ)
	}
	for _, v := range part[3:] {
		code, zh, ok := strings.Cut(v, "=")
		if !ok {
			return Column{}, fmt.Errorf("column %s: value %q: want code=label", c.Name, v)
		}
		c.Values = append(c.Values, Value{Code: code, ZH: zh})
	}
	if (c.Type == Enum) != (len(c.Values) > 0) {
		return Column{}, fmt.Errorf("column %s: values belong to an enum, and an enum needs them", c.Name)
	}
	return c, nil
}
