package ingest

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/feed"
)

// profile is what a batch leaves to tell whether a later file of its source is of another kind.
type profile struct {
	Headers []string          `json:"headers"` // of the file, in its order
	Ended   bool              `json:"ended"`   // its last line had an end
	Rows    int64             `json:"rows"`
	Days    float64           `json:"days,omitempty"` // that nine tenths of the rows are about; 0: rows have no day
	Columns map[string]traits `json:"columns"`
}

// traits are those of a column of the feed; what does not apply to its type is 0.
type traits struct {
	Filled    float64 `json:"filled"`              // share of the rows that have a value
	Magnitude float64 `json:"magnitude,omitempty"` // median of the numbers other than 0, without their sign
	Digits    float64 `json:"digits,omitempty"`    // share of the ids that are nothing but digits
	Length    float64 `json:"length,omitempty"`    // median of the ids' characters
}

// profileRows is how many rows a profile is made from, about.
const profileRows = 50_000

// measure takes the profile of the rows of from, a table or a table with a condition. What people decide has none: one
// decision is not like another, and each was checked when it was made.
func (b *batch) measure(ctx context.Context, conn *sql.Conn, from string) error {
	if b.source.Name == config.Own {
		return nil
	}
	b.profile = profile{Headers: b.plan.header.names, Ended: b.ended(), Rows: b.counts.read, Columns: map[string]traits{}}
	var exprs []string
	for _, v := range b.plan.values {
		exprs = append(exprs, v.traits()...)
	}
	exprs = append(exprs, b.plan.days())
	sample := ""
	if n := b.counts.read; n > 2*profileRows {
		sample = fmt.Sprintf(" using sample %.4f%% (system, 1)", 100*profileRows/float64(n))
	}
	got := make([]float64, len(exprs))
	into := make([]any, len(exprs))
	for i := range got {
		into[i] = &got[i]
	}
	err := conn.QueryRowContext(ctx, "select "+strings.Join(exprs, ", ")+" from (select * from "+from+sample+")").Scan(into...)
	if err != nil {
		return fmt.Errorf("measure the columns: %w", err)
	}
	for _, v := range b.plan.values {
		b.profile.Columns[v.col.Name] = traits{got[0], got[1], got[2], got[3]}
		got = got[4:]
	}
	b.profile.Days = got[0]
	return nil
}

// days is the expression for how many days the rows are about, by the first required day or instant of the feed, else by its
// first. A few rows that are much earlier or later than the others do not count. Rows of dated feeds hold on and have none.
func (p *plan) days() string {
	var on feed.Column
	for _, v := range p.values {
		if c := v.col; (c.Type == feed.Time || c.Type == feed.Date) && (on.Name == "" || c.Required && !on.Required) {
			on = c
		}
	}
	if on.Name == "" || p.feed.From != "" {
		return "0.0"
	}
	end := func(share string) string { return "quantile_disc(" + ident(on.Name) + ", " + share + ")" }
	return "coalesce(cast(date_diff('day', " + end("0.05") + ", " + end("0.95") + ") + 1 as DOUBLE), 0)"
}

// ended reports whether the last line of a text has an end; other formats say themselves where they end.
func (b *batch) ended() bool {
	isText := b.format.name == formatCSV || b.format.name == formatTSV || b.format.name == formatNDJSON
	return b.file.facts.ended || !isText
}

// traits are the expressions for the traits of a column, four of them.
func (v *value) traits() []string {
	c := ident(v.col.Name)
	out := []string{"coalesce(count(" + c + ") / nullif(count(*), 0), 0)", "0.0", "0.0", "0.0"}
	switch v.col.Type {
	case feed.Int, feed.Fen, feed.Decimal:
		out[1] = "coalesce(cast(median(nullif(abs(" + c + "), 0)) as DOUBLE), 0)"
	case feed.ID:
		out[2] = "coalesce(avg(cast(regexp_full_match(" + c + ", '[0-9]+') as INTEGER)), 0)"
		out[3] = "coalesce(cast(median(length(" + c + ")) as DOUBLE), 0)"
	}
	return out
}

// remembered is how many of the last batches of a source a file is compared with.
const remembered = 5

// past returns the profiles of the last batches of the source that were read by the same mapping and are in force, the
// latest first.
func (b *batch) past(ctx context.Context, conn *sql.Conn) (list []profile, err error) {
	rows, err := conn.QueryContext(ctx, `select profile from batches where source = ? and mapping_hash = ? and kind = 'load'
		and undone_by is null and profile is not null and not coalesce(corrects, false) and batch_id <> ?
		order by batch_id desc limit ?`, b.source.Name, b.mapping, b.id, remembered)
	if err != nil {
		return nil, fmt.Errorf("read the profiles: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		var p profile
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("read the profiles: %w", err)
		}
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			return nil, fmt.Errorf("read the profiles: %w", err)
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// middle returns the median of what f tells of the profiles.
func middle(list []profile, f func(profile) float64) float64 {
	values := make([]float64, len(list))
	for i, p := range list {
		values[i] = f(p)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// between returns the least and the most of what f tells of the profiles.
func between(list []profile, f func(profile) float64) (least, most float64) {
	least, most = f(list[0]), f(list[0])
	for _, p := range list {
		least, most = min(least, f(p)), max(most, f(p))
	}
	return least, most
}
