/** The sign-in page. The text at its beginning is what clients of ndscheduler know it by; no script, none is allowed here. */
export const LOGIN_PAGE = `Login required!
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sign in</title>
<form method="post" action="/login">
<p><label>User name <input name="username" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>Sign in</button></p>
</form>
</html>
`;
