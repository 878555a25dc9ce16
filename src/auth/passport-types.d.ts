// What we use of two packages that bring no types (passport 0.7.0, passport-http 0.3.0).
declare module 'passport' {
  /** What every strategy is made of: it looks at a request and calls one of the three verdicts, which Passport hangs on it. */
  export class Strategy {
    authenticate(request: unknown, options?: object): void;
    success(user: object): void;
    fail(challenge?: string): void;
    error(error: Error): void;
  }
  const passport: {
    /** The callback gets an error, or the user that a strategy succeeded with, or false. */
    authenticate(
      strategy: object,
      options: { session: false },
      done: (error: Error | null, user?: unknown) => void,
    ): (request: unknown, response: unknown, next: (error?: unknown) => void) => void;
  };
  export default passport;
}

declare module 'passport-http' {
  import { Strategy } from 'passport';
  /** HTTP Basic. `verify` gets the request, name, password and a callback for the verdict. */
  export class BasicStrategy extends Strategy {
    constructor(options: { realm: string; passReqToCallback: true }, verify: (...args: never[]) => void);
  }
}
