import { array, assert, constantFrom, property, tuple } from 'fast-check';
import { RunningOperations } from './running-operations';
import type { Operation } from './running-operations';

describe('RunningOperations', () => {
  it('remember what a map would', () => {
    const id = constantFrom('a', 'b', 'c', 'd');
    assert(
      property(array(tuple(constantFrom('put', 'take'), id), { maxLength: 40 }), (acts) => {
        const model = new Map<string, Operation>();
        const running = new RunningOperations();
        for (const [act, key] of acts) {
          if (act === 'put') {
            const operation = { leave: () => undefined };
            model.set(key, operation);
            running.put(key, operation);
          } else {
            expect(running.take(key)).toBe(model.get(key));
            model.delete(key);
          }
          expect(running.size).toBe(model.size);
          for (const each of ['a', 'b', 'c', 'd']) expect(running.has(each)).toBe(model.has(each));
        }
        expect(new Set(running.takeAll())).toEqual(new Set(model.values()));
        expect(running.size).toBe(0);
      }),
    );
  });
});
