// Package demo makes the synthetic company: a municipal telecom operator's key-account department with customers,
// managers, cases, surveys, bills and everything else that kamlens can load.
//
// It promises that the files are a function of (seed, until, customers, months, format, language, version) alone, that
// any size fits in memory (customers are made one by one, each from sub-seeds of its own) and that data_truth.json
// states every effect and every trap that was planted. It must not know how the product computes anything: it uses the
// declarations of internal/feed and plain arithmetic only. All names are made up.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// Version is part of what the files depend on. It changes with every change of their content.
const Version = 3

// The formats that can be written.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// Options say what to generate.
type Options struct {
	Dir           string          // where kamlens.yaml, rules.yaml, data_truth.json and inbox/ are written
	Customers     int             // how many customers
	Months        int             // how many months of history, the last one being Until
	Until         calendar.Period // a month
	Seed          uint64
	Format        string    // csv (default) or xlsx
	Lang          text.Lang // of headers and labels; Chinese by default
	CasesPerMonth float64   // average number of cases a customer opens in a month; 1.25 by default
	Feeds         []string  // write only these feeds; all when empty
	Progress      func(done, total int)
}

// Summary says what was generated.
type Summary struct {
	Config string           // path of kamlens.yaml
	Files  int              // data files written
	Rows   map[string]int64 // rows by feed
	Bytes  int64
}

// Total returns the number of rows of all feeds.
func (s Summary) Total() int64 {
	var n int64
	for _, rows := range s.Rows {
		n += rows
	}
	return n
}

// defaults fills in what may be left out and refuses what cannot be generated.
func (o Options) defaults() (Options, error) {
	if o.Format == "" {
		o.Format = CSV
	}
	if o.Lang == "" {
		o.Lang = text.ZH
	}
	if o.CasesPerMonth == 0 {
		o.CasesPerMonth = 1.25
	}
	switch {
	case o.Dir == "":
		return o, fault.New(fault.Usage, "demo.bad.dir")
	case o.Customers < 10 || o.Customers > 5_000_000:
		return o, fault.New(fault.Usage, "demo.bad.customers", o.Customers)
	case o.Months < 1 || o.Months > 120:
		return o, fault.New(fault.Usage, "demo.bad.months", o.Months)
	case o.Until.Months() != 1 || o.Until.Start.Year() < 2000 || o.Until.Start.Year() > 2100:
		return o, fault.New(fault.Usage, "demo.bad.until", o.Until.String())
	case o.Format != CSV && o.Format != XLSX:
		return o, fault.New(fault.Usage, "demo.bad.format", o.Format)
	case o.Format == XLSX && o.Customers > xlsxCustomers:
		return o, fault.New(fault.Usage, "demo.bad.xlsx", o.Customers, xlsxCustomers)
	case o.CasesPerMonth < 0 || o.CasesPerMonth > 1000:
		return o, fault.New(fault.Usage, "demo.bad.rate")
	}
	for _, name := range o.Feeds {
		if _, ok := feed.Get(name); !ok {
			return o, fault.New(fault.Usage, "demo.bad.feed", name)
		}
	}
	return o, nil
}

// xlsxCustomers is how many customers fit into workbooks: more would need a second one of a reference feed.
const xlsxCustomers = 100_000

// chunkSize is how many customers one worker makes at a time.
const chunkSize = 64

// Generate writes the company. A folder that already holds a kamlens.yaml not made by Generate is left alone.
func Generate(ctx context.Context, o Options) (Summary, error) {
	o, err := o.defaults()
	if err != nil {
		return Summary{}, err
	}
	if err := prepare(o.Dir); err != nil {
		return Summary{}, err
	}
	co, err := newCompany(o)
	if err != nil {
		return Summary{}, err
	}
	out, err := newSink(co)
	if err != nil {
		return Summary{}, err
	}
	truth := newTruth(co)
	if err := errors.Join(co.stream(ctx, out, truth), out.close()); err != nil {
		return Summary{}, err
	}
	s := Summary{Config: filepath.Join(o.Dir, "kamlens.yaml"), Files: out.files, Rows: out.rows, Bytes: out.bytes}
	truth.Rows = out.rows
	if err := errors.Join(truth.write(o.Dir), writeConfig(co)); err != nil {
		return Summary{}, err
	}
	return s, nil
}

// prepare makes the folder ready: files of an earlier generation are removed, anybody else's are not touched.
func prepare(dir string) error {
	_, errConfig := os.Stat(filepath.Join(dir, "kamlens.yaml"))
	_, errTruth := os.Stat(filepath.Join(dir, truthFile))
	if errConfig == nil && errors.Is(errTruth, fs.ErrNotExist) {
		return fault.New(fault.Usage, "demo.bad.foreign", dir)
	}
	if errTruth == nil {
		if err := os.RemoveAll(filepath.Join(dir, inbox)); err != nil {
			return fmt.Errorf("remove the files of an earlier generation: %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, inbox), 0o750); err != nil {
		return fmt.Errorf("create the folder for the files: %w", err)
	}
	return nil
}

// stream makes all rows: those of the company and of each manager first, then those of the customers, chunk by chunk.
// Workers run ahead of the writer by a few chunks; the writer takes the chunks in order, so the files do not depend on
// the number of workers.
func (co *company) stream(ctx context.Context, out *sink, t *truth) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	pending := make(chan chan *chunk, workers+1)
	go func() {
		defer close(pending)
		for first := -1; first < co.Customers; {
			next := min(first+chunkSize, co.Customers)
			if first < 0 {
				next = 0
			}
			result := make(chan *chunk, 1)
			select {
			case pending <- result:
			case <-ctx.Done():
				return
			}
			go func(from, to int) { result <- co.makeChunk(from, to) }(first, next)
			first = next
		}
	}()
	done := 0
	for result := range pending {
		c := <-result
		if err := out.write(c); err != nil {
			return err
		}
		t.add(c)
		done += c.customers
		if o := co.Progress; o != nil {
			o(done, co.Customers)
		}
	}
	return ctx.Err()
}

// makeChunk makes the rows of the customers from..to-1; from = -1 stands for the rows that belong to no customer.
func (co *company) makeChunk(from, to int) *chunk {
	c := newChunk(co)
	if from < 0 {
		co.referenceRows(c)
		for m := range co.managers {
			co.managerRows(c, m)
		}
		return c
	}
	for i := from; i < to; i++ {
		co.customerRows(c, i)
	}
	c.customers = to - from
	return c
}

// wanted reports whether the feed is to be written.
func (o Options) wanted(name string) bool {
	return len(o.Feeds) == 0 || slices.Contains(o.Feeds, name)
}
