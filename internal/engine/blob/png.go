package blob

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// pngHead begins every PNG.
const pngHead = "\x89PNG\r\n\x1a\n"

// cleanPNG keeps the chunks that show the picture, if their sums are right, and drops texts, times, EXIF, films and everything
// behind the end.
func cleanPNG(data []byte) ([]byte, error) {
	shown := []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs"}
	var out bytes.Buffer
	out.WriteString(pngHead)
	for rest := data[len(pngHead):]; len(rest) >= 12; {
		size := uint64(binary.BigEndian.Uint32(rest)) + 12
		if size > uint64(len(rest)) {
			break
		}
		chunk := rest[:size]
		rest = rest[size:]
		name, body := string(chunk[4:8]), chunk[4:size-4]
		if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(chunk[size-4:]) {
			break
		}
		known := slices.Contains(shown, name)
		if !known && name[0]&0x20 == 0 {
			break // a chunk one must understand
		}
		if known {
			out.Write(chunk)
		}
		if name == "IEND" {
			return out.Bytes(), nil
		}
	}
	return nil, invalid("blob.broken")
}
