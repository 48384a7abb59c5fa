import { type PointerEvent, type RefObject, useRef } from 'react';

/** Lets the mouse move what scrolls by its background; fingers scroll it anyway. */
export function useDragging(frame: RefObject<HTMLElement | null>) {
  const from = useRef<{ x: number; y: number } | null>(null);
  return {
    onPointerDown({ pointerType, button, clientX, clientY, target, pointerId }: PointerEvent) {
      const onNode = target instanceof Element && target.closest('[data-node]');
      if (pointerType !== 'mouse' || button !== 0 || onNode || !frame.current) return;
      from.current = { x: frame.current.scrollLeft + clientX, y: frame.current.scrollTop + clientY };
      frame.current.setPointerCapture(pointerId);
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      if (!from.current || !frame.current) return;
      frame.current.scrollLeft = from.current.x - clientX;
      frame.current.scrollTop = from.current.y - clientY;
    },
    onPointerUp() {
      from.current = null;
    },
  };
}
