/** `next`: leave along the edges. `wait`: for input. `stay`: the frames have changed; go on with the top one. */
export type Outcome = 'next' | 'wait' | 'stay';
