import { isOriginAllowed } from './socket.origin';

describe('isOriginAllowed', () => {
  const allowed = ['https://app.example'];

  it.each([
    [undefined, 'timer.example', true],
    ['https://timer.example', 'timer.example', true],
    ['http://localhost:3000', 'localhost:3000', true],
    ['https://app.example', 'timer.example', true],
    ['https://app.example.evil.example', 'timer.example', false],
    ['https://timer.example.evil.example', 'timer.example', false],
    ['http://localhost:3001', 'localhost:3000', false],
    ['null', 'timer.example', false],
    ['', 'timer.example', false],
    ['https://timer.example', undefined, false],
  ])('of %s at %s is %s', (origin, host, expected) => {
    expect(isOriginAllowed({ headers: { origin, host } }, allowed)).toBe(expected);
  });
});
