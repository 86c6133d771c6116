// Package journal keeps a file of facts that may be added to and never changed: one JSON object on a line, each with the
// SHA-256 of the line before it, so that a line that was altered, dropped, added or moved later is named by Verify.
//
// It promises: a line is on the disk when Append returns; of several processes that append, each sees what the others
// wrote; a line cut short by a crash was never acknowledged, and the next Append takes it away. It must not know what
// its lines mean.
package journal

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
)

// Line is one entry of a journal.
type Line struct {
	Number   int64  // from 1
	Hash     string // SHA-256 of the line's bytes without the line end, hexadecimal
	Previous string // what the line says the hash of the line before is; "" in the first
	Data     []byte // the JSON object as it stands
}

// Head is what a journal has come to: how many lines, and the hash of the last.
type Head struct {
	Lines int64
	Hash  string
}

// File is a journal at a path. The zero value is not usable; the file need not exist yet.
type File struct{ path string }

// At names the journal at path.
func At(path string) File { return File{path: path} }

// Append adds the entry that compose returns for the present head, as one line. The entry must marshal to a JSON object
// with the member previous_hash equal to the head's hash: compose is called with the journal held, so no other writer comes
// between. An error of compose is returned as it is and nothing is written.
func (f File) Append(compose func(Head) (any, error)) (line Line, err error) {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return Line{}, err
	}
	file, err := os.OpenFile(f.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return Line{}, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil { // released when the file is closed
		return Line{}, fmt.Errorf("hold %s: %w", f.path, err)
	}
	head, size, err := f.check(file, func(Line) error { return nil })
	if err != nil {
		return Line{}, err
	}
	entry, err := compose(head)
	if err != nil {
		return Line{}, err
	}
	line, err = follow(head, entry)
	if err != nil {
		return Line{}, err
	}
	return line, f.write(file, size, line)
}

// follow makes the line that follows head.
func follow(head Head, entry any) (Line, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(entry); err != nil {
		return Line{}, fmt.Errorf("journal entry: %w", err)
	}
	data := bytes.TrimRight(out.Bytes(), "\n")
	previous, err := previousOf(data)
	if err != nil {
		return Line{}, fmt.Errorf("journal entry: %w", err)
	}
	if previous != head.Hash {
		return Line{}, fmt.Errorf("journal entry: previous_hash %q, the last line has %q", previous, head.Hash)
	}
	return Line{Number: head.Lines + 1, Hash: digest(data), Previous: previous, Data: data}, nil
}

// write puts the line after the first size bytes, cutting off what a crash left there.
func (f File) write(file *os.File, size int64, line Line) error {
	if err := file.Truncate(size); err != nil {
		return err
	}
	if _, err := file.WriteAt(append(line.Data, '\n'), size); err != nil {
		return errors.Join(err, file.Truncate(size))
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return disk.Sync(filepath.Dir(f.path))
}

// Read calls each with every line in order, after checking that it follows the one before. A journal that does not exist
// has no lines.
func (f File) Read(each func(Line) error) (Head, error) {
	file, err := os.Open(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return Head{}, nil
	}
	if err != nil {
		return Head{}, err
	}
	head, _, err := f.check(file, each)
	return head, errors.Join(err, file.Close())
}

// Verify reads the whole journal and returns its head; the error names the first line that does not follow.
func (f File) Verify() (Head, error) {
	return f.Read(func(Line) error { return nil })
}

// check reads the lines and returns the head and the bytes that whole lines take.
func (f File) check(file io.Reader, each func(Line) error) (head Head, size int64, err error) {
	in := bufio.NewReaderSize(file, 1<<16)
	for {
		raw, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return head, size, nil // bytes without a line end were never acknowledged
		}
		if err != nil {
			return head, size, err
		}
		data := raw[:len(raw)-1]
		previous, err := previousOf(data)
		if err != nil || previous != head.Hash {
			return head, size, fault.New(fault.Refused, "journal.broken", f.path, head.Lines+1).Because(err)
		}
		head = Head{Lines: head.Lines + 1, Hash: digest(data)}
		size += int64(len(raw))
		if err := each(Line{Number: head.Lines, Hash: head.Hash, Previous: previous, Data: data}); err != nil {
			return head, size, err
		}
	}
}

func previousOf(data []byte) (string, error) {
	var entry struct {
		Previous *string `json:"previous_hash"`
	}
	if err := json.Unmarshal(data, &entry); err != nil {
		return "", err
	}
	if entry.Previous == nil {
		return "", errors.New("no previous_hash")
	}
	return *entry.Previous, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
