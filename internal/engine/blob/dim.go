package blob

import (
	"image"
	"image/color"
	"slices"
)

// Bounds of a dim picture: the least luma (of 255) that its lightest tenth should reach, and how many places of each side are
// looked at. White paper under a lamp reaches 140 and more even when most of the picture is a dark table.
const (
	dimLuma = 96
	looks   = 96
)

// Dim says that even the lightest tenth of a cleaned photo is so dark that its writing may not be read. A hint for the
// person who took it, never a reason to refuse; a PDF is never dim.
func (c Cleaned) Dim() bool {
	if c.Kind == PDF {
		return false
	}
	img, err := decode(c.Data)
	return err == nil && lightTenth(img) < dimLuma
}

// Doubt is what may keep a photo's writing from being read: Dark, Soft, or nothing.
type Doubt string

// The doubts.
const (
	Dark Doubt = "dark"
	Soft Doubt = "soft"
)

// Doubt looks at a photo that was just taken. It is for the person who can take it again, never a reason to refuse.
func (c Cleaned) Doubt() Doubt {
	switch {
	case c.Dim():
		return Dark
	case c.Blurred():
		return Soft
	}
	return ""
}

// lightTenth gives the luma that a tenth of a picture's places reach.
func lightTenth(img image.Image) uint8 {
	b := img.Bounds()
	all := make([]uint8, 0, looks*looks)
	for y := range looks {
		for x := range looks {
			at := img.At(b.Min.X+(2*x+1)*b.Dx()/(2*looks), b.Min.Y+(2*y+1)*b.Dy()/(2*looks))
			all = append(all, color.GrayModel.Convert(at).(color.Gray).Y)
		}
	}
	slices.Sort(all)
	return all[len(all)*9/10]
}
