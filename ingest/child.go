package ingest

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
)

// Workbooks and Arrow files are parsed by a child process under limits: a file made to exhaust memory or time, or to
// crash the library that reads it, then costs that process and is a refused file. The child gets a request on its
// standard input and answers with rows on its standard output; it inherits no environment.

// What a child may use.
const (
	childMemory = 2 << 30 // bytes of data
	childSpace  = 8 << 30 // bytes of address space
	childCPU    = 60      // seconds for any file
	childCPUMiB = 2       // seconds more for each MiB of the file
	childOutput = 64 << 20
	childRatio  = 200 // bytes of output for each of the file, beyond childOutput
)

// request is what a child is asked.
type request struct {
	Path, Shown, Format, Sheet string
	Head                       []byte
	CPU                        uint64 // seconds
}

// reply is one message of a child; the first has the names of the columns where the format has them.
type reply struct {
	Named bool
	Names []string
	Rows  []wireRow
	End   bool
	Fault *wireFault
}

type wireRow struct {
	Line  int
	Texts []string
	Kinds []byte
}

type wireFault struct {
	Key   string
	Args  []any
	Cause string
}

// ServeRows is the child: it limits itself, reads one request from in and writes the rows of the file to out.
func ServeRows(in io.Reader, out io.Writer) error {
	var q request
	if err := gob.NewDecoder(in).Decode(&q); err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	if err := limitSelf(q.CPU); err != nil {
		return fmt.Errorf("limit the reader: %w", err)
	}
	enc := gob.NewEncoder(out)
	if err := q.serve(enc.Encode); err != nil {
		f, ok := errors.AsType[*fault.Error](err)
		if !ok {
			return err
		}
		cause := ""
		if f.Err != nil {
			cause = f.Err.Error()
		}
		return enc.Encode(reply{Fault: &wireFault{Key: f.Key, Args: f.Args, Cause: cause}})
	}
	return nil
}

// limitSelf bounds memory, time and files of this process for good.
func limitSelf(cpu uint64) error {
	debug.SetMemoryLimit(childMemory * 3 / 4)
	for what, most := range map[int]uint64{
		syscall.RLIMIT_DATA: childMemory, syscall.RLIMIT_AS: childSpace, syscall.RLIMIT_CPU: cpu,
		syscall.RLIMIT_FSIZE: 0, syscall.RLIMIT_CORE: 0,
	} {
		var now syscall.Rlimit
		if err := syscall.Getrlimit(what, &now); err != nil {
			return err
		}
		most = min(most, now.Max) // a limit that is there already cannot be raised
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	return nil
}

// serve sends the rows in portions.
func (q request) serve(send func(any) error) (err error) {
	in, err := q.open()
	if err != nil {
		return err
	}
	defer closing(&err, in)
	first := reply{}
	if self, ok := in.(selfNamed); ok {
		first = reply{Named: true, Names: self.Names()}
	}
	if err := send(first); err != nil {
		return err
	}
	const rowsAtOnce, bytesAtOnce = 512, 1 << 20
	var part reply
	size := 0
	for {
		rec, err := in.Next()
		if errors.Is(err, io.EOF) {
			part.End = true
			return send(part)
		}
		if err != nil {
			return err
		}
		row := wireRow{Line: rec.line, Texts: make([]string, len(rec.cells)), Kinds: make([]byte, len(rec.cells))}
		for i, c := range rec.cells {
			row.Texts[i], row.Kinds[i] = c.s, byte(c.kind)
			size += len(c.s)
		}
		if part.Rows = append(part.Rows, row); len(part.Rows) >= rowsAtOnce || size >= bytesAtOnce {
			if err := send(part); err != nil {
				return err
			}
			part, size = reply{}, 0
		}
	}
}

func (q request) open() (rows, error) {
	a := &arrived{path: q.Shown, copy: q.Path, facts: facts{head: q.Head}}
	switch q.Format {
	case formatXLSX:
		return openXLSX(a, q.Sheet, defaultLimits())
	case formatArrow:
		return openArrow(a)
	}
	return nil, fmt.Errorf("format %q", q.Format)
}

// apart opens a file in a child process, or here where the caller named none.
func (l *loader) apart(ctx context.Context, b *batch) (rows, error) {
	size := b.file.facts.size
	q := request{Path: b.file.copy, Shown: b.file.path, Format: b.format.name, Sheet: b.source.Sheet, Head: b.file.facts.head,
		CPU: childCPU + childCPUMiB*uint64(size>>20)}
	if l.o.Reader == nil {
		return q.open()
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &childRows{path: b.file.path, cancel: cancel, cmd: l.o.Reader(ctx)}
	r.left = &allowance{n: childOutput + childRatio*size}
	if err := r.start(q); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r.part.Named {
		return namedChildRows{r}, nil
	}
	return r, nil
}

// childRows are the rows that a child sends.
type childRows struct {
	path   string
	cmd    *exec.Cmd
	cancel context.CancelFunc
	left   *allowance
	said   bytes.Buffer // on standard error
	dec    *gob.Decoder
	part   reply
	at     int
	waited bool
}

type namedChildRows struct{ *childRows }

// Names returns the columns that the file names.
func (r namedChildRows) Names() []string { return r.part.Names }

// start runs the child and reads its first message.
func (r *childRows) start(q request) error {
	var ask bytes.Buffer
	if err := gob.NewEncoder(&ask).Encode(q); err != nil {
		return err
	}
	r.cmd.Stdin, r.cmd.Env, r.cmd.WaitDelay = &ask, []string{}, time.Second
	r.cmd.Stderr = &firstWords{b: &r.said}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := r.cmd.Start(); err != nil {
		return fmt.Errorf("start the reader of files: %w", err)
	}
	r.left.r = out
	r.dec = gob.NewDecoder(r.left)
	return r.receive()
}

// receive reads the next message; its names stay those of the first.
func (r *childRows) receive() error {
	next := reply{Named: r.part.Named, Names: r.part.Names}
	if err := r.dec.Decode(&next); err != nil {
		return r.died(err)
	}
	r.part, r.at = next, 0
	if f := next.Fault; f != nil {
		e := fault.New(fault.Refused, f.Key, f.Args...)
		if f.Cause != "" {
			return e.Because(errors.New(f.Cause))
		}
		return e
	}
	return nil
}

// died refuses a file whose reader stopped before its end.
func (r *childRows) died(err error) error {
	if r.left.n <= 0 {
		return fault.New(fault.Refused, "ingest.refused.reader_output", r.path)
	}
	r.waited = true
	return fault.New(fault.Refused, "ingest.refused.reader_died", r.path).
		Because(errors.Join(err, r.cmd.Wait(), errors.New(r.said.String())))
}

// Next returns the next row.
func (r *childRows) Next() (record, error) {
	for r.at >= len(r.part.Rows) {
		if r.part.End {
			return record{}, io.EOF
		}
		if err := r.receive(); err != nil {
			return record{}, err
		}
	}
	w := r.part.Rows[r.at]
	r.at++
	rec := record{line: w.Line, cells: make([]cell, min(len(w.Texts), len(w.Kinds)))}
	for i := range rec.cells {
		rec.cells[i] = cell{s: w.Texts[i], kind: cellKind(w.Kinds[i])}
	}
	return rec, nil
}

// Close ends the child; that it did not come to its end by itself is no error.
func (r *childRows) Close() error {
	r.cancel()
	if r.cmd.Process != nil && !r.waited {
		r.waited = true
		_ = r.cmd.Wait() // it was killed, or has said all there was to say
	}
	return nil
}

// allowance ends a stream after n bytes.
type allowance struct {
	r io.Reader
	n int64
}

func (a *allowance) Read(p []byte) (int, error) {
	if a.n <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := a.r.Read(p[:min(int64(len(p)), a.n)])
	a.n -= int64(n)
	return n, err
}

// firstWords keeps the first bytes that are written and swallows the rest: a Go crash says first what it was.
type firstWords struct{ b *bytes.Buffer }

func (t *firstWords) Write(p []byte) (int, error) {
	if room := 2048 - t.b.Len(); room > 0 {
		t.b.Write(p[:min(room, len(p))]) // never fails
	}
	return len(p), nil
}
