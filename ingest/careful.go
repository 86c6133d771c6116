package ingest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// lineColumn is the column of the canonical file with the line of the original.
const lineColumn = "kl_line"

// canonical reads a file row by row and writes the accepted rows to a temporary file in one form: UTF-8, comma,
// canonical values, the line in front. It returns that file's path; the rejects are in b.
func (l *loader) canonical(ctx context.Context, b *batch, owners *ownership) (path string, err error) {
	f, err := os.CreateTemp(l.o.Config.Dir("tmp"), "canonical-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriterSize(f, 1<<18)
	var line []byte
	write := func(rec record, row []string) error {
		line = append(strconv.AppendInt(line[:0], int64(rec.line), 10), ',')
		line = appendCSV(line, row)
		b.longest = max(b.longest, len(line))
		_, err := w.Write(line)
		return err
	}
	if owners != nil {
		err = errors.Join(b.each(ctx, l, owners.collect), owners.settle(b, write))
	} else {
		err = b.each(ctx, l, write)
	}
	return f.Name(), errors.Join(err, w.Flush())
}

// each applies the plan to every row of the file, hands accepted rows on and keeps count of the others.
func (b *batch) each(ctx context.Context, l *loader, accept func(rec record, row []string) error) error {
	in, err := b.open(ctx, l)
	if err != nil {
		return err
	}
	err = b.eachOf(ctx, in, accept)
	return errors.Join(err, in.Close())
}

func (b *batch) eachOf(ctx context.Context, in rows, accept func(rec record, row []string) error) error {
	if b.plan.hasHeader() {
		if _, err := b.readHeader(in); err != nil {
			return err
		}
	}
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		rec, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := b.one(rec, accept); err != nil {
			return err
		}
	}
}

// one settles what becomes of one row.
func (b *batch) one(rec record, accept func(rec record, row []string) error) error {
	rec = squared(rec, len(b.plan.header.names), b.format.name == formatXLSX)
	out := b.plan.apply(rec)
	if out.fate == emptyRow {
		b.counts.blank++
		return nil
	}
	b.counts.read++
	switch out.fate {
	case filtered:
		b.counts.filtered++
	case rejected:
		b.counts.rejected++
		b.rejects = append(b.rejects, out.reject)
	}
	for _, row := range out.rows {
		if err := accept(rec, row); err != nil {
			return err
		}
	}
	return nil
}

// squared gives a row as many cells as the header has where that cannot shift a value: empty cells beyond the last
// column are dropped, and a sheet does not store empty cells at the end of a row at all.
func squared(rec record, n int, sheet bool) record {
	for sheet && len(rec.cells) < n {
		rec.cells = append(rec.cells, cell{})
	}
	for len(rec.cells) > n && trim(rec.cells[len(rec.cells)-1].s) == "" {
		rec.cells = rec.cells[:len(rec.cells)-1]
	}
	return rec
}

// canonicalQuery reads the canonical file back with the types of the table.
func (p *plan) canonicalQuery(path string, longest int) string {
	longLines := "" // the larger buffer costs tens of milliseconds a file
	if longest > 1_000_000 {
		longLines = ", max_line_size=8388608"
	}
	defs := []string{fmt.Sprintf("'%s': 'BIGINT'", lineColumn)}
	names := []string{lineColumn}
	for _, v := range p.values {
		defs = append(defs, fmt.Sprintf("'%s': '%s'", v.col.Name, v.col.Type.SQL()))
		names = append(names, v.col.Name)
	}
	return fmt.Sprintf(`select %s from read_csv('%s', auto_detect=false, delim=',', quote='"', escape='"', header=false,
	nullstr='', compression='none', encoding='utf-8'%s, strict_mode=true, columns={%s})`,
		idents(names), strings.ReplaceAll(path, "'", "''"), longLines, strings.Join(defs, ", "))
}
