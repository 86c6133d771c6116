package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
)

// plan is a source's mapping settled against the header of one file.
type plan struct {
	source config.Source
	feed   feed.Feed
	header *header
	values []value // the mapped columns, in the feed's order
	where  []condition
	sheets []int // columns that unpivot turns into rows
	nulls  map[string]bool
	reload bool // the file is a corrected reject file

	totalCells []int // columns of the file whose cells say that a row is one of totals
	totalWords []string
}

// value is one mapped column of the feed.
type value struct {
	converter
	at     []int  // columns of the file, joined by a blank
	label  string // the header, for messages
	konst  *string
	concat []piece
	base   *value // of plus_seconds
	delay  int    // column with the seconds
	listed map[string]string
	other  *string // default
	role   unpivotRole
}

type unpivotRole byte

const (
	notUnpivoted unpivotRole = iota
	takesHeader
	takesCell
)

// piece is one part of a composed key: a column of the file, a literal, or the number of the line.
type piece struct {
	at      int
	literal string
	isText  bool
	isLine  bool
}

// linePiece stands for the row's line in the file: the only key of files that hold equal rows which are not the same.
const linePiece = "#line"

// condition is one line of `where`.
type condition struct {
	at    int
	takes map[string]bool
}

// readerVersion changes when the same bytes under the same mapping are read differently, so that files are read anew.
const readerVersion = 3

// inTurn puts the files of each source that were loaded before first, in the order in which they came: when a changed
// mapping has them read anew, what came later must still come later, whatever the names are.
func (l *loader) inTurn(ctx context.Context, jobs []job) (err error) {
	rows, err := l.db.SQL().QueryContext(ctx, `select source, file, max(batch_id) from batches
		where kind = 'load' and source is not null and file is not null group by source, file`)
	if err != nil {
		return fmt.Errorf("order of the files: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	turn := map[[2]string]int64{}
	for rows.Next() {
		var of [2]string
		var batch int64
		if err := rows.Scan(&of[0], &of[1], &batch); err != nil {
			return fmt.Errorf("order of the files: %w", err)
		}
		turn[of] = batch
	}
	at := func(j job) int64 {
		if batch, ok := turn[[2]string{j.source.Name, j.path}]; ok {
			return batch
		}
		return math.MaxInt64
	}
	place := map[string]int{}
	for i, j := range slices.Backward(jobs) {
		place[j.source.Name] = i
	}
	slices.SortStableFunc(jobs, func(a, b job) int {
		return cmp.Or(cmp.Compare(place[a.source.Name], place[b.source.Name]), cmp.Compare(at(a), at(b)))
	})
	return rows.Err()
}

// mappingHash identifies everything in a source that decides what its bytes mean.
func mappingHash(s config.Source, f feed.Feed, zone *time.Location) (string, error) {
	s.Name, s.Path, s.MaxRejectShare, s.ExpectRows, s.Owner, s.MaxCloseShare, s.Drift = "", nil, nil, nil, "", nil, ""
	if s.Database != nil { // the question counts, not whom it is asked
		s.Database = &config.Database{Query: s.Database.Query, Watermark: s.Database.Watermark, Key: s.Database.Key}
	}
	text, err := json.Marshal(struct {
		Version int
		Source  config.Source
		Feed    feed.Feed
		Zone    string
	}{readerVersion, s, f, zone.String()})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// newPlan settles the mapping of s against the header h, or says what stands in the way.
func newPlan(s config.Source, f feed.Feed, h *header, zone *time.Location) (*plan, error) {
	p := &plan{source: s, feed: f, header: h, nulls: map[string]bool{"": true}, reload: h.has(rejectLine), totalCells: []int{0},
		totalWords: totalWords()}
	for _, n := range s.NullValues {
		p.nulls[trim(n)] = true
	}
	if err := p.unpivot(); err != nil {
		return nil, err
	}
	for _, c := range f.Columns {
		v, ok, err := p.value(c, zone)
		if err != nil {
			return nil, err
		}
		if ok {
			p.values = append(p.values, v)
		}
		if slices.Contains(f.Key, c.Name) && c.Type == feed.ID && len(v.at) == 1 && v.at[0] > 0 {
			p.totalCells = append(p.totalCells, v.at[0])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Where)) {
		at, err := h.one(name)
		if err != nil {
			return nil, err
		}
		c := condition{at: at, takes: map[string]bool{}}
		for _, t := range s.Where[name] {
			c.takes[trim(t)] = true
		}
		p.where = append(p.where, c)
	}
	return p, p.complete()
}

// complete refuses a file that lacks a required column.
func (p *plan) complete() error {
	var missing []string
	for _, c := range p.feed.Columns {
		has := slices.ContainsFunc(p.values, func(v value) bool { return v.col.Name == c.Name })
		if c.Required && !has {
			missing = append(missing, c.Name+" ("+c.ZH+")")
		}
	}
	if len(missing) > 0 {
		return fault.New(fault.Refused, "ingest.refused.columns_missing", p.header.path, strings.Join(missing, ", "),
			p.header.list())
	}
	return nil
}

func (p *plan) unpivot() error {
	u := p.source.Unpivot
	if u == nil {
		return nil
	}
	for _, name := range []string{u.Into.Question, u.Into.Score} {
		if _, ok := p.feed.Column(name); !ok {
			return fault.New(fault.Usage, "ingest.config.unpivot", p.source.Name, name, p.feed.Name)
		}
	}
	for _, name := range u.Columns {
		at, err := p.header.one(name)
		if err != nil {
			return err
		}
		p.sheets = append(p.sheets, at)
	}
	return nil
}

// value settles one column of the feed; false: the file does not have it.
func (p *plan) value(c feed.Column, zone *time.Location) (value, bool, error) {
	m, named := p.source.Columns[c.Name]
	v := value{converter: converter{col: c, zone: zone, scale: m.Scale, iso: p.reload}, label: c.Name, listed: m.Values,
		other: m.Default, konst: m.Const}
	if c.Name == p.feed.From {
		v.barred = p.source.NoTiers
	}
	if u := p.source.Unpivot; u != nil && (c.Name == u.Into.Question || c.Name == u.Into.Score) {
		v.role = takesHeader
		if c.Name == u.Into.Score {
			v.role = takesCell
		}
		return v, true, p.format(&v, m.Format)
	}
	if !named {
		at, ok, err := p.header.alias(c)
		if !ok || err != nil {
			return v, false, err
		}
		v.at, v.label = []int{at}, p.header.names[at]
		return v, true, nil
	}
	return v, true, p.named(&v, m)
}

// named settles a column that the source maps itself.
func (p *plan) named(v *value, m config.Mapping) error {
	if err := p.format(v, m.Format); err != nil {
		return err
	}
	switch {
	case m.Const != nil:
		return nil
	case len(m.Concat) > 0:
		return p.concat(v, m.Concat)
	case m.PlusSeconds != "":
		return p.plusSeconds(v, m)
	case len(m.From) == 0:
		return fault.New(fault.Usage, "ingest.config.from", p.source.Name, v.col.Name)
	}
	for _, name := range m.From {
		at, err := p.header.one(name)
		if err != nil {
			return err
		}
		v.at = append(v.at, at)
	}
	v.label = strings.Join(m.From, " + ")
	return nil
}

func (p *plan) format(v *value, format string) error {
	if format == "" {
		return nil
	}
	layout, err := parseFormat(format)
	v.layout, v.format = layout, format
	return err
}

func (p *plan) concat(v *value, parts []string) error {
	for _, part := range parts {
		if len(part) >= 2 && strings.HasPrefix(part, "'") && strings.HasSuffix(part, "'") {
			v.concat = append(v.concat, piece{literal: part[1 : len(part)-1], isText: true})
			continue
		}
		if part == linePiece {
			v.concat = append(v.concat, piece{isLine: true})
			continue
		}
		at, err := p.header.one(part)
		if err != nil {
			return err
		}
		v.concat = append(v.concat, piece{at: at})
	}
	v.label = strings.Join(parts, " + ")
	return nil
}

// plusSeconds settles a time that the file gives as a delay after another time.
func (p *plan) plusSeconds(v *value, m config.Mapping) error {
	if len(m.From) != 1 || v.col.Type != feed.Time {
		return fault.New(fault.Usage, "ingest.config.plus_seconds", p.source.Name, v.col.Name)
	}
	base := *v
	base.base = nil
	if c, ok := p.feed.Column(m.From[0]); ok && c.Type == feed.Time && c.Name != v.col.Name && !p.header.has(c.Name) {
		b, found, err := p.value(c, v.zone)
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.Refused, "ingest.refused.header_missing", p.header.path, m.From[0], p.header.list())
		}
		base = b
	} else {
		at, err := p.header.one(m.From[0])
		if err != nil {
			return err
		}
		base.at, base.label = []int{at}, p.header.names[at]
	}
	at, err := p.header.one(m.PlusSeconds)
	v.base, v.delay, v.label = &base, at, m.PlusSeconds
	return err
}
