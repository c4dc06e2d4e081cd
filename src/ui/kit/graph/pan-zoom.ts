import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react'

export interface View {
  readonly x: number
  readonly y: number
  readonly scale: number
}

interface Size {
  readonly width: number
  readonly height: number
}

const scales = { smallest: 0.08, largest: 2.5 } as const

/** A view of `content` that fills `room` with a margin, never enlarged. */
export function fitView(content: Size, room: Size, margin = 24): View {
  const fitting = Math.min((room.width - 2 * margin) / content.width, (room.height - 2 * margin) / content.height, 1)
  const scale = Math.max(fitting, scales.smallest)
  return { scale, x: (room.width - content.width * scale) / 2, y: (room.height - content.height * scale) / 2 }
}

/** Zoom by a factor around a point that stays where it is. */
export function zoomAt(view: View, point: { readonly x: number; readonly y: number }, factor: number): View {
  const scale = Math.min(scales.largest, Math.max(scales.smallest, view.scale * factor))
  const ratio = scale / view.scale
  return { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio }
}

/** Drag to pan, wheel with Ctrl (or pinch) to zoom; a plain wheel scrolls the page as it always does. */
export function usePanZoom(ref: RefObject<SVGSVGElement | null>) {
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 })
  const drag = useRef<{ readonly x: number; readonly y: number }>(null)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const box = element.getBoundingClientRect()
      const point = { x: event.clientX - box.left, y: event.clientY - box.top }
      setView((current) => zoomAt(current, point, Math.exp(-event.deltaY * 0.0022)))
    }
    // Not passive, or the browser would zoom the whole page.
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [ref])
  const onPointerDown = useCallback((event: PointerEvent) => {
    if (event.button === 0) drag.current = { x: event.clientX, y: event.clientY }
  }, [])
  const onPointerMove = useCallback((event: PointerEvent) => {
    const from = drag.current
    if (from === null) return
    drag.current = { x: event.clientX, y: event.clientY }
    setView((current) => ({ ...current, x: current.x + event.clientX - from.x, y: current.y + event.clientY - from.y }))
  }, [])
  const onPointerUp = useCallback(() => {
    drag.current = null
  }, [])
  return { view, setView, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerLeave: onPointerUp } }
}
