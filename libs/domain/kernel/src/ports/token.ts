declare const bound: unique symbol;

/**
 * A dependency-injection token that remembers, for the compiler only, what it stands for. An interface
 * leaves nothing behind at run time, so each port exports one of these beside it; the composition root
 * checks the tokens given for a use case against that use case's constructor.
 */
export type Token<T> = symbol & { readonly [bound]?: T };

export const token = <T>(name: string): Token<T> => Symbol(name);
