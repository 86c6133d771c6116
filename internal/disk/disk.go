// Package disk makes what was written last: a file, or the names in a folder, is on the medium when [Sync] returns. It must
// not know what is written, or where.
package disk

import (
	"errors"
	"os"
)

// Sync flushes a file or a folder. A name that was given or renamed is durable only when its folder was flushed, too.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
