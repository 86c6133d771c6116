// Package archive is the folder that everything can be made again from: the bytes of all that was loaded, each file under
// its SHA-256, and batches.ndjson, a journal with a line for every batch, every change of the rules, every run that was
// published and every freeze.
//
// It promises: what is stored is on the disk when a function returns, and what is read back is what was stored, or the
// error says that it is not. It must not know how a batch is loaded or a number computed.
package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/journal"
)

// Folder is an archive. The zero value is not usable; the folder need not exist yet.
type Folder struct {
	dir     string
	batches journal.File
}

// At names the archive in a folder.
func At(dir string) Folder {
	return Folder{dir: dir, batches: journal.At(filepath.Join(dir, "batches.ndjson"))}
}

// Dir returns the folder.
func (f Folder) Dir() string { return f.dir }

// Path returns where the bytes with a hash lie.
func (f Folder) Path(sha256 string) string {
	if len(sha256) < 2 {
		return filepath.Join(f.dir, sha256)
	}
	return filepath.Join(f.dir, sha256[:2], sha256)
}

// Hash is the name of data in an archive: its SHA-256, hexadecimal.
func Hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Put stores data under its hash, which it returns. Bytes that lie there already are left as they are.
func (f Folder) Put(data []byte) (hash string, err error) {
	hash = Hash(data)
	to := f.Path(hash)
	if _, err := f.Get(hash); err == nil {
		return hash, nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return "", err
	}
	return hash, disk.Write(to, data)
}

// Get returns the bytes with a hash; a [fault.Refused] when they are gone or no longer what they were.
func (f Folder) Get(hash string) ([]byte, error) {
	data, err := os.ReadFile(f.Path(hash))
	if err != nil {
		return nil, fault.New(fault.Refused, "archive.lost", hash, f.dir).Because(err)
	}
	if Hash(data) != hash {
		return nil, fault.New(fault.Refused, "archive.lost", hash, f.dir)
	}
	return data, nil
}

// Append adds entries to batches.ndjson: all of them, or none.
func (f Folder) Append(entries ...Entry) error {
	lines := make([]func(journal.Head) (any, error), len(entries))
	for i, e := range entries {
		lines[i] = func(h journal.Head) (any, error) {
			e.Previous = h.Hash
			return e, nil
		}
	}
	_, err := f.batches.Append(lines...)
	return err
}

// Entries returns all lines of batches.ndjson, in order; none when there is no such file. The error names the first line
// that does not follow the one before it.
func (f Folder) Entries() (list []Entry, err error) {
	_, err = f.batches.Read(func(l journal.Line) error {
		e := Entry{}
		if err := json.Unmarshal(l.Data, &e); err != nil {
			return fmt.Errorf("line %d of batches.ndjson: %w", l.Number, err)
		}
		list = append(list, e)
		return nil
	})
	return list, err
}
