// Package journal keeps a file of facts that may be added to and never changed: one JSON object on a line, each with the
// SHA-256 of the line before it, so that a line that was altered, dropped, added or moved later is named by Verify.
//
// It promises: lines are on the disk when Append returns; of several processes that append, each sees what the others
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
	"sync"
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

// File is a journal at a path. The file need not exist yet. Make it with [At] and keep it where several lines are to be
// added: copies share what was verified, and one that finds the file as it left it does not read it again.
type File struct {
	path  string
	known *verified
}

// verified is how much of a file was read and found whole, or written, by this process.
type verified struct {
	sync.Mutex
	info os.FileInfo // of then; nil: nothing is known
	head Head
}

// At names the journal at path.
func At(path string) File { return File{path: path, known: &verified{}} }

// Append adds the entries that each compose returns for the head that the ones before it leave, a line each: all of them or,
// where there is an error, none, and returns the last line. An entry must marshal to a JSON object with the member
// previous_hash equal to the hash of its head. compose is called with the journal held, so no other writer comes between;
// its error is returned as it is.
//
// Lines before that somebody alters between two calls of one process may pass here when they keep the file's size and time;
// they break the chain all the same, and [File.Read] finds them.
func (f File) Append(compose ...func(Head) (any, error)) (last Line, err error) {
	f.known.Lock()
	defer f.known.Unlock()
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
	head, size, err := f.resume(file)
	if err != nil {
		return Line{}, err
	}
	var lines []byte
	for _, c := range compose {
		entry, err := c(head)
		if err != nil {
			return Line{}, err
		}
		if last, err = follow(head, entry); err != nil {
			return Line{}, err
		}
		lines, head = append(append(lines, last.Data...), '\n'), Head{Lines: last.Number, Hash: last.Hash}
	}
	if err := f.write(file, size, lines); err != nil {
		return Line{}, err
	}
	f.known.head = head
	if f.known.info, err = file.Stat(); err != nil {
		f.known.info = nil // the lines are on the disk: they are only read again
	}
	return last, nil
}

// resume returns the head of a journal and the bytes that its lines take: those that this process left, where the file is
// as it was then, else what reading all of it shows.
func (f File) resume(file *os.File) (Head, int64, error) {
	now, err := file.Stat()
	if err != nil {
		return Head{}, 0, err
	}
	if was := f.known.info; was != nil && os.SameFile(was, now) && was.Size() == now.Size() && was.ModTime().Equal(now.ModTime()) {
		return f.known.head, now.Size(), nil
	}
	return f.check(file, func(Line) error { return nil })
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

// write puts lines after the first size bytes, cutting off what a crash left there.
func (f File) write(file *os.File, size int64, lines []byte) error {
	f.known.info = nil
	if err := file.Truncate(size); err != nil {
		return err
	}
	if _, err := file.WriteAt(lines, size); err != nil {
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
