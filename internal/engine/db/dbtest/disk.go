package dbtest

import (
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Failing is how a disk fails.
type Failing int

// The ways of a failing disk. Once: one call fails and those after it work. Dead: that call and all after it fail. Torn: a
// write is half done, and then the disk is dead. Full: one write finds no room.
const (
	Once Failing = iota
	Dead
	Torn
	Full
)

// Disk stands between SQLite and every file it writes in this process: it counts writes, cuts and syncs, and makes the n-th fail.
type Disk struct {
	mu    sync.Mutex
	count int
	nth   int // 0 is none
	how   Failing
	hit   bool
}

// BadDisk gives the disk of this test process, whole at first. It is put in once, as SQLite's own default.
var BadDisk = sync.OnceValue(func() *Disk {
	tls := libc.NewTLS()
	real := sqlite3.Xsqlite3_vfs_find(tls, 0)
	vfs := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	*(*sqlite3.Tsqlite3_vfs)(ptr(vfs)) = *(*sqlite3.Tsqlite3_vfs)(ptr(real))
	name, err := libc.CString("bad-disk")
	if err != nil {
		panic(err) // out of memory
	}
	v := (*sqlite3.Tsqlite3_vfs)(ptr(vfs))
	v.FzName, realOpen = name, v.FxOpen
	*(*func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32)(unsafe.Pointer(&v.FxOpen)) = diskOpen
	if rc := sqlite3.Xsqlite3_vfs_register(tls, vfs, 1); rc != sqlite3.SQLITE_OK {
		panic("the disk cannot be put in")
	}
	return theDisk
})

var (
	theDisk     = &Disk{}
	realOpen    uintptr
	methodsLock sync.Mutex
	methods     = map[uintptr]uintptr{} // a file's own methods, by ours in their place
	ours        = map[uintptr]uintptr{} // and the other way round
)

// Fail makes the n-th call from now fail; 0 is none.
func (d *Disk) Fail(n int, how Failing) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count, d.nth, d.how, d.hit = 0, n, how, false
}

// Mend makes the disk whole again.
func (d *Disk) Mend() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.nth = 0
}

// Failed reports whether a call failed since Fail.
func (d *Disk) Failed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hit
}

// call counts one call and says whether it fails, and whether half of it is done.
func (d *Disk) call(write bool) (fails, half bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count++
	switch {
	case d.nth == 0 || d.count < d.nth || d.count > d.nth && (d.how == Once || d.how == Full):
		return false, false
	case d.how == Full && !write:
		d.nth++ // there is always room for a sync
		return false, false
	}
	half = write && d.how == Torn && !d.hit
	d.hit = true
	return true, half
}

func ptr(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

func diskOpen(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32 {
	open := realOpen
	rc := (*(*func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32)(unsafe.Pointer(&open)))(tls, vfs, name, file, flags, out)
	f := (*sqlite3.Tsqlite3_file)(ptr(file))
	if f.FpMethods == 0 {
		return rc
	}
	methodsLock.Lock()
	defer methodsLock.Unlock()
	own, known := ours[f.FpMethods]
	if !known {
		own = libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{})))
		m := (*sqlite3.Tsqlite3_io_methods)(ptr(own))
		*m = *(*sqlite3.Tsqlite3_io_methods)(ptr(f.FpMethods))
		*(*func(*libc.TLS, uintptr, uintptr, int32, int64) int32)(unsafe.Pointer(&m.FxWrite)) = diskWrite
		*(*func(*libc.TLS, uintptr, int64) int32)(unsafe.Pointer(&m.FxTruncate)) = diskTruncate
		*(*func(*libc.TLS, uintptr, int32) int32)(unsafe.Pointer(&m.FxSync)) = diskSync
		ours[f.FpMethods], methods[own] = own, f.FpMethods
	}
	f.FpMethods = own
	return rc
}

func realOf(file uintptr) *sqlite3.Tsqlite3_io_methods {
	methodsLock.Lock()
	defer methodsLock.Unlock()
	return (*sqlite3.Tsqlite3_io_methods)(ptr(methods[(*sqlite3.Tsqlite3_file)(ptr(file)).FpMethods]))
}

func diskWrite(tls *libc.TLS, file, buf uintptr, n int32, at int64) int32 {
	write := *(*func(*libc.TLS, uintptr, uintptr, int32, int64) int32)(unsafe.Pointer(&realOf(file).FxWrite))
	fails, half := theDisk.call(true)
	switch {
	case half:
		write(tls, file, buf, n/2, at)
	case !fails:
		return write(tls, file, buf, n, at)
	}
	if theDisk.how == Full {
		return sqlite3.SQLITE_FULL
	}
	return sqlite3.SQLITE_IOERR_WRITE
}

func diskTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	if fails, _ := theDisk.call(false); fails {
		return sqlite3.SQLITE_IOERR_TRUNCATE
	}
	return (*(*func(*libc.TLS, uintptr, int64) int32)(unsafe.Pointer(&realOf(file).FxTruncate)))(tls, file, size)
}

func diskSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	if fails, _ := theDisk.call(false); fails {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	return (*(*func(*libc.TLS, uintptr, int32) int32)(unsafe.Pointer(&realOf(file).FxSync)))(tls, file, flags)
}
