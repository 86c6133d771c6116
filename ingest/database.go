package ingest

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
)

// The rows that a database gives to a query become a CSV file, which is then archived and loaded as any other: the
// archive holds what was read, and the numbers can be made again without the database.

// remote is a database inside one read-only transaction, whose every query sees the same instant.
type remote interface {
	// rows runs a query; args stand for its placeholders.
	rows(ctx context.Context, query string, args ...any) (remoteRows, error)
	// quote quotes the name of a column.
	quote(name string) string
	// placeholder stands for the first argument of a query.
	placeholder() string
	Close(ctx context.Context) error
}

// remoteRows are streamed: no more than a few of them are in memory.
type remoteRows interface {
	columns() []remoteColumn
	// Next returns the values of the next row as text, nil for NULL, valid until the next call; io.EOF ends them.
	Next() ([][]byte, error)
	Close() error
}

// remoteColumn is a column of a query's result.
type remoteColumn struct {
	name string
	kind remoteKind
	typ  string // as the database calls it
}

// remoteKind says how the text of a column reads.
type remoteKind byte

const (
	remoteText    remoteKind = iota
	remoteCivil              // 2026-10-01 08:00:00.000000, of no zone
	remoteInstant            // 2026-10-01 08:00:00 with an offset
	remoteUTC                // the same without one, of UTC
	remoteFloat
	remoteBool  // t or f
	remoteOther // no single value: bytes, arrays, ranges
)

// dialTimeout bounds the time that a database may take to answer at all.
const dialTimeout = 15 * time.Second

// location is where a database is and who asks it; it is never printed.
type location struct {
	scheme   string // postgres or mysql
	url      *url.URL
	password string
}

// locate reads the connection of a source from where its configuration says.
func (o Options) locate(s config.Source) (location, error) {
	d := s.Database
	var text string
	if d.ConnectionFile != "" {
		data, err := os.ReadFile(o.Config.Resolve(d.ConnectionFile))
		if err != nil {
			return location{}, fault.New(fault.Usage, "ingest.config.connection_file", s.Name, d.ConnectionFile).Because(err)
		}
		text = string(data)
	} else {
		name := strings.Trim(d.Connection, "${}")
		if text = os.Getenv(name); text == "" {
			return location{}, fault.New(fault.Usage, "ingest.config.connection_unset", s.Name, name)
		}
	}
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" && u.Query().Get("host") == "" {
		return location{}, fault.New(fault.Usage, "ingest.config.connection", s.Name) // the error would show the password
	}
	l := location{url: u}
	l.password, _ = u.User.Password()
	switch u.Scheme {
	case "postgres", "postgresql":
		l.scheme = "postgres"
	case "mysql", "mariadb":
		l.scheme = "mysql"
	default:
		return location{}, fault.New(fault.Usage, "ingest.config.connection", s.Name)
	}
	return l, nil
}

// hide makes an error of a driver fit for people: without the password, should the driver quote it.
func (l location) hide(err error) string {
	text := err.Error()
	for _, secret := range []string{l.password, url.QueryEscape(l.password), url.PathEscape(l.password)} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return strings.Join(strings.Fields(text), " ") // some drivers write a paragraph
}

// fails refuses a load whose database failed, unless the work was called off.
func (l location) fails(ctx context.Context, source string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	doing := reading
	if s, ok := errors.AsType[*stepError](err); ok {
		doing, err = s.step, s.err
	}
	return fault.New(fault.Refused, "ingest.refused.database."+string(doing), source, l.where(), l.hide(err))
}

// step is what was asked of a database; each has a message of its own, with what to check.
type step string

const (
	connecting step = "connect"
	asking     step = "ask"
	reading    step = "read"
)

// stepError is an error of a driver, with what was asked.
type stepError struct {
	step step
	err  error
}

func (s *stepError) Error() string { return string(s.step) + ": " + s.err.Error() }

func (s *stepError) Unwrap() error { return s.err }

// during notes in which step an error arose.
func during(s step, err error) error {
	if err == nil {
		return nil
	}
	return &stepError{s, err}
}

// where names the database without its user.
func (l location) where() string { return l.scheme + "://" + l.url.Host + l.url.Path }

// label is what stands where others have the name of a file.
func label(s config.Source) string { return "database:" + s.Name }

// pull is one reading of a source's query.
type pull struct {
	source   config.Source
	zone     *time.Location
	at       location
	from, to string // the watermark: where this reading starts (empty: at the beginning) and what it reaches
	most     int    // rows; 0: all
}

// pull reads what is new in a database into a file.
func (l *loader) pull(ctx context.Context, b *batch, bar func(int64)) (a *arrived, err error) {
	p := &pull{source: b.source, zone: l.zone}
	if p.at, err = l.o.locate(b.source); err != nil {
		return nil, err
	}
	if l.o.DryRun {
		p.most = dryRows
	} else if p.from, err = l.reached(ctx, b); err != nil {
		return nil, err
	}
	dst, err := createTemp(l.o.Config.Dir("tmp"), "arrived-*")
	if err != nil {
		return nil, err
	}
	a = &arrived{path: label(b.source), copy: dst.Name()}
	from, to := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := p.write(ctx, to)
		to.CloseWithError(err)
		written <- err
	}()
	_, err = a.pour(ctx, dst, from, ',', bar)
	from.CloseWithError(io.ErrClosedPipe) // the writer ends, whatever stopped us
	if werr := <-written; werr != nil && !errors.Is(werr, io.ErrClosedPipe) {
		err = p.at.fails(ctx, b.source.Name, werr)
	}
	if err := errors.Join(err, dst.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(dst.Name()))
	}
	b.pulled, b.from, b.to = true, p.from, p.to
	return a, nil
}

// dryRows is how many rows of a database a dry run reads.
const dryRows = 1000

// reached returns the watermark up to which the source was loaded under this mapping; "" when it never was. A reading
// that was taken back gives its watermark back: what was wrong in it is read again once the database has it right.
func (l *loader) reached(ctx context.Context, b *batch) (to string, err error) {
	if b.mapping, err = mappingHash(b.source, b.feed, l.zone); err != nil {
		return "", err
	}
	err = l.db.SQL().QueryRowContext(ctx, `select coalesce(watermark_to, '') from batches
		where source = ? and mapping_hash = ? and file = ? and kind = 'load' and undone_by is null order by batch_id desc limit 1`, b.source.Name, b.mapping,
		label(b.source)).Scan(&to)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("find the watermark of %s: %w", b.source.Name, err)
	}
	return to, nil
}

// write writes the rows as CSV with a header.
func (p *pull) write(ctx context.Context, out io.Writer) (err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	db, err := p.dial(ctx)
	if err != nil {
		return during(connecting, err)
	}
	defer func() {
		if cerr := db.Close(context.WithoutCancel(ctx)); err == nil {
			err = cerr
		}
	}()
	query, args, err := p.query(ctx, db)
	if err != nil {
		return during(asking, err)
	}
	rows, err := db.rows(ctx, query, args...)
	if err != nil {
		return during(asking, err)
	}
	defer func() {
		if err != nil {
			stop() // or the drivers would read what is left of the rows
			_ = rows.Close()
			return
		}
		err = rows.Close()
	}()
	w := bufio.NewWriterSize(out, 1<<18)
	cells, err := p.header(rows.columns())
	if err != nil {
		return err
	}
	line := appendCSV(nil, cells)
	for {
		if _, err := w.Write(line); err != nil {
			return err
		}
		values, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return w.Flush()
		}
		if err != nil {
			return err
		}
		for i, c := range rows.columns() {
			cells[i] = c.text(values[i], p.zone)
		}
		line = appendCSV(line[:0], cells)
	}
}

func (p *pull) dial(ctx context.Context) (remote, error) {
	if p.at.scheme == "postgres" {
		return dialPostgres(ctx, p.at)
	}
	return dialMySQL(ctx, p.at)
}

// header returns the names of the columns and refuses what is no single value.
func (p *pull) header(cols []remoteColumn) ([]string, error) {
	names := make([]string, len(cols))
	for i, c := range cols {
		if c.kind == remoteOther {
			return nil, fault.New(fault.Refused, "ingest.refused.column_type", p.source.Name, c.name, c.typ)
		}
		names[i] = c.name
	}
	return names, nil
}

// text gives a value the form that a file would have it in: instants as civil time of the zone.
func (c remoteColumn) text(value []byte, zone *time.Location) string {
	s := string(value)
	switch {
	case value == nil:
		return ""
	case c.kind == remoteBool:
		return strconv.FormatBool(s == "t")
	case c.kind == remoteFloat:
		return numberCell(s, style{}, false).s
	case c.kind == remoteUTC:
		s += "Z"
	}
	if c.kind == remoteCivil || c.kind == remoteInstant || c.kind == remoteUTC {
		if t, ok := parseTime(s, zone); ok {
			return t.Format(canonicalTime)
		}
	}
	return s
}

// query composes what is asked: all rows in the order of the key, or those from the watermark on. The rows at the
// watermark itself are read again, because others with the same value may have come since; rows without a value have no
// place in the order and are read every time.
func (p *pull) query(ctx context.Context, db remote) (string, []any, error) {
	d := p.source.Database
	inner := "select * from (" + strings.TrimRight(strings.TrimSpace(d.Query), ";") + "\n) kamlens_source"
	var args []any
	if d.Watermark != "" && p.most == 0 {
		if err := p.reach(ctx, db, inner); err != nil {
			return "", nil, err
		}
		if p.from != "" {
			start, err := stepBack(p.from, d.Lookback)
			if err != nil {
				return "", nil, err
			}
			mark := db.quote(d.Watermark)
			inner += " where " + mark + " >= " + db.placeholder() + " or " + mark + " is null"
			args = append(args, start)
		}
	}
	if len(d.Key) > 0 {
		keys := make([]string, len(d.Key))
		for i, k := range d.Key {
			keys[i] = db.quote(k)
		}
		inner += " order by " + strings.Join(keys, ", ")
	}
	if p.most > 0 {
		inner += " limit " + strconv.Itoa(p.most)
	}
	return inner, args, nil
}

// reach finds the highest watermark there is, in the transaction that reads the rows. When there is none the old one
// stays.
func (p *pull) reach(ctx context.Context, db remote, inner string) (err error) {
	p.to = p.from
	rows, err := db.rows(ctx, "select max("+db.quote(p.source.Database.Watermark)+") from ("+inner+") kamlens_all")
	if err != nil {
		return err
	}
	defer closing(&err, rows)
	values, err := rows.Next()
	if err != nil {
		return err
	}
	if values[0] != nil {
		p.to = string(values[0])
	}
	return nil
}

// stepBack returns the watermark from which to read: mark itself, or as far before it as lookback says.
func stepBack(mark, lookback string) (any, error) {
	if n, err := strconv.ParseInt(mark, 10, 64); err == nil {
		back, err := strconv.ParseInt("0"+lookback, 10, 64)
		if err != nil {
			return nil, fault.New(fault.Usage, "ingest.config.lookback", lookback, mark)
		}
		return n - back, nil
	}
	if lookback == "" {
		return mark, nil
	}
	d, err := time.ParseDuration(lookback)
	if err != nil {
		return nil, fault.New(fault.Usage, "ingest.config.lookback", lookback, mark)
	}
	for _, layout := range []string{"2006-01-02 15:04:05.999999Z07", "2006-01-02 15:04:05.999999", "2006-01-02"} {
		if t, err := time.Parse(layout, mark); err == nil {
			return t.Add(-d).Format(layout), nil
		}
	}
	return nil, fault.New(fault.Usage, "ingest.config.lookback", lookback, mark)
}
