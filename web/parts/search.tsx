/**
 * Takes an address and leads to its page. What is no address is said before anything is asked.
 * @module
 */
import { useId, useState } from 'preact/hooks';
import { parseAccount } from '../../pool/domain/account.js';
import { minerPath, type Router } from '../route.js';

export function Search({ router }: { router: Router }) {
  const id = useId();
  const [problem, tell] = useState<string | undefined>();
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('address') as HTMLInputElement;
    // Miners log in as ADDRESS.worker: whoever copies that means the address.
    const [address = ''] = field.value.trim().split('.');
    if (address === '') tell('Enter the address that you mine to.');
    else if (parseAccount(address) === undefined)
      tell('This is no Alephium address: look whether it is whole.');
    else {
      tell(undefined);
      router.go(minerPath(address));
      return;
    }
    field.focus();
  };
  return (
    <search class="search">
      <form onSubmit={search} noValidate>
        <label class="hidden" for={id}>
          Your address
        </label>
        <input
          id={id}
          name="address"
          type="text"
          placeholder="Your address"
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          maxLength={2_000}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-problem`}
          onInput={() => tell(undefined)}
        />
        <button type="submit">Look up</button>
        <p class="problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      </form>
    </search>
  );
}
