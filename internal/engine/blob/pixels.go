package blob

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
)

// upright undoes an EXIF orientation of 2 to 8. The usual kinds of JPEG are turned plane by plane, without a detour over RGB; it
// is false when the colours became RGB, to which the file's profile does not apply.
func upright(img image.Image, turn int) (image.Image, bool) {
	switch src := img.(type) {
	case *image.YCbCr:
		return turnYCbCr(src, turn), true
	case *image.Gray:
		w, h := src.Rect.Dx(), src.Rect.Dy()
		p := turnPlane(plane{src.Pix, src.Stride, w, h, 1}, turn)
		return &image.Gray{Pix: p.pix, Stride: p.stride, Rect: image.Rect(0, 0, p.w, p.h)}, true
	}
	r := img.Bounds()
	rgba := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(rgba, rgba.Rect, img, r.Min, draw.Src)
	p := turnPlane(plane{rgba.Pix, rgba.Stride, r.Dx(), r.Dy(), 4}, turn)
	return &image.RGBA{Pix: p.pix, Stride: p.stride, Rect: image.Rect(0, 0, p.w, p.h)}, false
}

func turnYCbCr(src *image.YCbCr, turn int) image.Image {
	ratio, swapped := src.SubsampleRatio, turn >= 5
	switch {
	case swapped && ratio == image.YCbCrSubsampleRatio422:
		ratio = image.YCbCrSubsampleRatio440
	case swapped && ratio == image.YCbCrSubsampleRatio440:
		ratio = image.YCbCrSubsampleRatio422
	case swapped && (ratio == image.YCbCrSubsampleRatio411 || ratio == image.YCbCrSubsampleRatio410):
		whole := image.NewRGBA(src.Rect) // no ratio stands for these on their side
		draw.Draw(whole, whole.Rect, src, src.Rect.Min, draw.Src)
		p := turnPlane(plane{whole.Pix, whole.Stride, src.Rect.Dx(), src.Rect.Dy(), 4}, turn)
		return &image.RGBA{Pix: p.pix, Stride: p.stride, Rect: image.Rect(0, 0, p.w, p.h)}
	}
	cw, ch := chroma(src)
	y := turnPlane(plane{src.Y, src.YStride, src.Rect.Dx(), src.Rect.Dy(), 1}, turn)
	cb := turnPlane(plane{src.Cb, src.CStride, cw, ch, 1}, turn)
	cr := turnPlane(plane{src.Cr, src.CStride, cw, ch, 1}, turn)
	return &image.YCbCr{Y: y.pix, Cb: cb.pix, Cr: cr.pix, YStride: y.stride, CStride: cb.stride, SubsampleRatio: ratio, Rect: image.Rect(0, 0, y.w, y.h)}
}

// chroma gives the size of the colour planes.
func chroma(src *image.YCbCr) (w, h int) {
	w, h = src.Rect.Dx(), src.Rect.Dy()
	switch src.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		return (w + 1) / 2, h
	case image.YCbCrSubsampleRatio420:
		return (w + 1) / 2, (h + 1) / 2
	case image.YCbCrSubsampleRatio440:
		return w, (h + 1) / 2
	case image.YCbCrSubsampleRatio411:
		return (w + 3) / 4, h
	case image.YCbCrSubsampleRatio410:
		return (w + 3) / 4, (h + 1) / 2
	}
	return w, h
}

// plane is a rectangle of pixels of size bytes each.
type plane struct {
	pix                []byte
	stride, w, h, size int
}

// turnPlane gives the plane as it is meant to be seen under an EXIF orientation.
func turnPlane(in plane, turn int) plane {
	out := plane{w: in.w, h: in.h, size: in.size}
	if turn >= 5 {
		out.w, out.h = in.h, in.w
	}
	out.stride = out.w * in.size
	out.pix = make([]byte, out.stride*out.h)
	for y := range out.h {
		for x := range out.w {
			sx, sy := source(in, turn, x, y)
			copy(out.pix[y*out.stride+x*in.size:][:in.size], in.pix[sy*in.stride+sx*in.size:])
		}
	}
	return out
}

// source says which pixel of the stored picture is seen at x, y (EXIF 2.3, table of tag 0x0112).
func source(in plane, turn, x, y int) (sx, sy int) {
	right, bottom := in.w-1, in.h-1
	switch turn {
	case 2:
		return right - x, y
	case 3:
		return right - x, bottom - y
	case 4:
		return x, bottom - y
	case 5:
		return y, x
	case 6:
		return y, bottom - x
	case 7:
		return right - y, bottom - x
	case 8:
		return right - y, x
	}
	return x, y
}

// Thumbnail gives a small JPEG of a JPEG or PNG, its longer side at most side pixels, on white. Faults: "blob.kind" (a PDF has
// none), "blob.broken", "blob.pixels".
func Thumbnail(data []byte, side int) ([]byte, error) {
	kind, err := sniff(data)
	if err != nil {
		return nil, err
	}
	if kind == PDF {
		return nil, invalid("blob.kind")
	}
	img, err := decode(data)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, shrink(img, max(1, side)), &jpeg.Options{Quality: 80}); err != nil {
		return nil, invalid("blob.broken")
	}
	return out.Bytes(), nil
}

// samples is how many pixels a side are averaged for one of the small picture.
const samples = 4

func shrink(img image.Image, side int) image.Image {
	r := img.Bounds()
	w, h := r.Dx(), r.Dy()
	tw, th := w, h
	if long := max(w, h); long > side {
		tw, th = max(1, w*side/long), max(1, h*side/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, tw, th))
	for y := range th {
		for x := range tw {
			var sum [4]uint32
			for i := range samples * samples {
				sx := (x*samples + i%samples) * w / (tw * samples)
				sy := (y*samples + i/samples) * h / (th * samples)
				cr, cg, cb, ca := img.At(r.Min.X+sx, r.Min.Y+sy).RGBA()
				sum[0], sum[1], sum[2], sum[3] = sum[0]+cr, sum[1]+cg, sum[2]+cb, sum[3]+ca
			}
			const n = samples * samples
			white := 0xffff - sum[3]/n // what shows through
			out.SetRGBA(x, y, color.RGBA{uint8((sum[0]/n + white) >> 8), uint8((sum[1]/n + white) >> 8), uint8((sum[2]/n + white) >> 8), 255})
		}
	}
	return out
}
